-- The current prices of the default market, for rows that a scheduled price has overtaken. In PL/pgSQL, which is planned when it is called.
CREATE FUNCTION current_price(variant uuid, last_price bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN coalesce((
    SELECT price FROM variant_prices
    WHERE variant_id = variant AND market_id = default_market_id()
      AND valid_from <= now() AND (valid_until IS NULL OR valid_until > now())), last_price);
END $$;--> statement-breakpoint
-- The lowest and the highest one of a product.
CREATE FUNCTION current_price_range(product uuid) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT ARRAY[min(current_price(id, price)), max(current_price(id, price))] FROM variants
    WHERE product_id = product AND removed_at IS NULL);
END $$;--> statement-breakpoint
-- When the price of one of a product's variants next changes; null when none is scheduled to.
CREATE FUNCTION next_price_change(product uuid) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT min(change) FROM variants JOIN variant_prices ON variant_id = variants.id,
      LATERAL (VALUES (valid_from), (valid_until)) AS changes(change)
    WHERE product_id = product AND removed_at IS NULL AND market_id = default_market_id() AND change > now());
END $$;
