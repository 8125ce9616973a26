-- A running row that the same transaction has begun was never in force, and is rewritten: a change of price and currency is two statements, and
-- one price.
CREATE OR REPLACE FUNCTION keep_default_price(variant uuid, new_price bigint, new_currency text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  moment timestamptz := date_trunc('milliseconds', clock_timestamp());
  running variant_prices;
  is_own boolean;
  ends timestamptz;
BEGIN
  SELECT * INTO running FROM variant_prices
  WHERE variant_id = variant AND market_id = default_market_id() AND valid_from <= moment AND (valid_until IS NULL OR valid_until > moment);
  IF FOUND AND running.price = new_price AND running.currency = new_currency THEN
    RETURN false;
  END IF;
  DELETE FROM variant_prices
  WHERE variant_id = variant AND market_id = default_market_id() AND valid_from > moment AND currency <> new_currency;
  SELECT min(valid_from) INTO ends FROM variant_prices
  WHERE variant_id = variant AND market_id = default_market_id() AND valid_from > moment;
  SELECT xmin = pg_current_xact_id()::xid INTO is_own FROM variant_prices
  WHERE variant_id = variant AND market_id = default_market_id() AND valid_from = running.valid_from;
  IF running.valid_from = moment OR is_own THEN
    UPDATE variant_prices SET price = new_price, currency = new_currency, compare_at = NULL
    WHERE variant_id = variant AND market_id = default_market_id() AND valid_from = running.valid_from;
    RETURN true;
  END IF;
  UPDATE variant_prices SET valid_until = moment
  WHERE variant_id = variant AND market_id = default_market_id() AND valid_from = running.valid_from;
  INSERT INTO variant_prices (variant_id, market_id, currency, price, valid_from, valid_until)
  VALUES (variant, default_market_id(), new_currency, new_price, moment, least(running.valid_until, ends));
  RETURN true;
END $$;
