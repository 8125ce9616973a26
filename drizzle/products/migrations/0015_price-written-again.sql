-- A written price counts even if it is the one that the row already holds: the row's may be the last price before a scheduled one that has begun or
-- before a time without a price. What is running already stays as it is: see keep_default_price.
CREATE OR REPLACE TRIGGER variants_priced_when_changed AFTER UPDATE OF price, removed_at ON variants
FOR EACH ROW EXECUTE FUNCTION price_changed_variant();
