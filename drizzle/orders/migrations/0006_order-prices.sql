CREATE TABLE "discount_allocations" (
	"order_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"discount_id" uuid NOT NULL,
	"item_id" uuid,
	"name" text NOT NULL,
	"code" text,
	"amount_minor" bigint NOT NULL,
	CONSTRAINT "discount_allocations_order_id_position_pk" PRIMARY KEY("order_id","position"),
	CONSTRAINT "discount_allocations_amount" CHECK ("discount_allocations"."amount_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "discount_redemptions" (
	"order_id" uuid NOT NULL,
	"discount_id" uuid NOT NULL,
	"code" text,
	"buyer" text NOT NULL,
	"released_at" timestamp (3) with time zone,
	CONSTRAINT "discount_redemptions_order_id_discount_id_pk" PRIMARY KEY("order_id","discount_id")
);
--> statement-breakpoint
CREATE TABLE "order_taxes" (
	"order_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"name" text NOT NULL,
	"rate_millionths" integer NOT NULL,
	"treatment" text NOT NULL,
	"taxable_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	"shipping_minor" bigint NOT NULL,
	"shipping_tax_minor" bigint NOT NULL,
	CONSTRAINT "order_taxes_order_id_position_pk" PRIMARY KEY("order_id","position"),
	CONSTRAINT "order_taxes_treatment" CHECK ("order_taxes"."treatment" in ('STANDARD', 'REVERSE_CHARGE', 'EXPORT', 'NOT_COLLECTED')),
	CONSTRAINT "order_taxes_amounts" CHECK ("order_taxes"."taxable_minor" >= 0 and "order_taxes"."shipping_tax_minor" between 0 and "order_taxes"."tax_minor")
);
--> statement-breakpoint
CREATE TABLE "discount_buyers" (
	"discount_id" uuid NOT NULL,
	"buyer" text NOT NULL,
	"used" integer NOT NULL,
	CONSTRAINT "discount_buyers_discount_id_buyer_pk" PRIMARY KEY("discount_id","buyer"),
	CONSTRAINT "discount_buyers_used" CHECK ("discount_buyers"."used" >= 0)
);
--> statement-breakpoint
CREATE TABLE "discount_codes" (
	"key" text PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"discount_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "discount_history" (
	"discount_id" uuid NOT NULL,
	"until_revision" bigint NOT NULL,
	"name" text NOT NULL,
	"needs_code" boolean NOT NULL,
	"starts_at" timestamp (3) with time zone,
	"ends_at" timestamp (3) with time zone,
	"is_active" boolean NOT NULL,
	CONSTRAINT "discount_history_discount_id_until_revision_pk" PRIMARY KEY("discount_id","until_revision")
);
--> statement-breakpoint
CREATE TABLE "discounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"target" text NOT NULL,
	"percentage_millionths" integer,
	"amounts" jsonb,
	"buy_quantity" integer,
	"get_quantity" integer,
	"get_percentage_millionths" integer,
	"product_ids" uuid[] NOT NULL,
	"category_ids" uuid[] NOT NULL,
	"min_subtotals" jsonb,
	"market_ids" uuid[] NOT NULL,
	"needs_code" boolean NOT NULL,
	"starts_at" timestamp (3) with time zone,
	"ends_at" timestamp (3) with time zone,
	"usage_limit" integer,
	"usage_limit_per_buyer" integer,
	"used" integer DEFAULT 0 NOT NULL,
	"combines" boolean NOT NULL,
	"priority" integer NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_revision" bigint NOT NULL,
	CONSTRAINT "discounts_target" CHECK ("discounts"."target" in ('LINES', 'ORDER', 'SHIPPING')),
	CONSTRAINT "discounts_effect" CHECK (num_nonnulls("discounts"."percentage_millionths", "discounts"."amounts", "discounts"."buy_quantity") = 1),
	CONSTRAINT "discounts_percentage" CHECK ("discounts"."percentage_millionths" between 0 and 1000000),
	CONSTRAINT "discounts_used" CHECK ("discounts"."used" >= 0),
	CONSTRAINT "discounts_limit" CHECK ("discounts"."used" <= "discounts"."usage_limit")
);
--> statement-breakpoint
CREATE TABLE "settings_revision" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"revision" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "settings_revision_one" CHECK ("settings_revision"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "shipping_methods" (
	"id" uuid NOT NULL,
	"version" integer NOT NULL,
	"name" text NOT NULL,
	"is_pickup" boolean NOT NULL,
	"tracking_url_template" text,
	"tax_class" text,
	"is_active" boolean NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"recorded_revision" bigint NOT NULL,
	"replaced_revision" bigint,
	CONSTRAINT "shipping_methods_id_version_pk" PRIMARY KEY("id","version")
);
--> statement-breakpoint
CREATE TABLE "shipping_rates" (
	"method_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"position" integer NOT NULL,
	"market_id" uuid NOT NULL,
	"countries" text[] NOT NULL,
	"basis" text NOT NULL,
	"from_value" bigint NOT NULL,
	"currency" text NOT NULL,
	"price_minor" bigint NOT NULL,
	"free_from_minor" bigint,
	"min_days" integer,
	"max_days" integer,
	CONSTRAINT "shipping_rates_method_id_version_position_pk" PRIMARY KEY("method_id","version","position"),
	CONSTRAINT "shipping_rates_amounts" CHECK ("shipping_rates"."price_minor" >= 0 and "shipping_rates"."from_value" >= 0),
	CONSTRAINT "shipping_rates_basis" CHECK ("shipping_rates"."basis" in ('FLAT', 'ORDER_VALUE', 'WEIGHT_GRAMS') and ("shipping_rates"."basis" <> 'FLAT' or "shipping_rates"."from_value" = 0))
);
--> statement-breakpoint
CREATE TABLE "tax_rates" (
	"id" uuid PRIMARY KEY NOT NULL,
	"country" text NOT NULL,
	"region" text,
	"tax_class" text NOT NULL,
	"name" text NOT NULL,
	"rate_millionths" integer NOT NULL,
	"valid_from" timestamp (3) with time zone NOT NULL,
	"valid_until" timestamp (3) with time zone,
	"recorded_revision" bigint NOT NULL,
	"replaced_revision" bigint,
	CONSTRAINT "tax_rates_rate" CHECK ("tax_rates"."rate_millionths" between 0 and 1000000),
	CONSTRAINT "tax_rates_period" CHECK ("tax_rates"."valid_until" > "tax_rates"."valid_from")
);
--> statement-breakpoint
CREATE TABLE "tax_settings" (
	"version" integer PRIMARY KEY NOT NULL,
	"home_country" text NOT NULL,
	"home_region" text,
	"unregistered" text NOT NULL,
	"recorded_revision" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "vat_checks" (
	"number" text PRIMARY KEY NOT NULL,
	"is_valid" boolean NOT NULL,
	"consultation" text,
	"checked_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "carts" ADD COLUMN "market_id" uuid DEFAULT '01900000-0000-7000-8004-000000000001' NOT NULL;--> statement-breakpoint
ALTER TABLE "carts" ADD COLUMN "discount_codes" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "market_price_minor" bigint;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "discount_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "tax_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "total_minor" bigint;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "tax_name" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "tax_rate_millionths" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "tax_treatment" text DEFAULT 'NOT_COLLECTED' NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "tax_class" text DEFAULT 'standard' NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "weight_grams" integer;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "category_ids" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "market_id" uuid DEFAULT '01900000-0000-7000-8004-000000000001' NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "language" text DEFAULT 'en' NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "subtotal_minor" bigint;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "discount_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "shipping_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "shipping_discount_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "shipping_tax_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "tax_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "prices_include_tax" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "market_includes_tax" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "billing_address" jsonb;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "vat_number" text;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "vat_consultation" text;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "shipping_method_id" uuid;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "shipping_method" text;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "settings_revision" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "discount_allocations" ADD CONSTRAINT "discount_allocations_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "discount_redemptions" ADD CONSTRAINT "discount_redemptions_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_taxes" ADD CONSTRAINT "order_taxes_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "discount_codes" ADD CONSTRAINT "discount_codes_discount_id_discounts_id_fk" FOREIGN KEY ("discount_id") REFERENCES "public"."discounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "discount_redemptions_live" ON "discount_redemptions" USING btree ("discount_id") WHERE released_at is null;--> statement-breakpoint
CREATE INDEX "discount_codes_of_discount" ON "discount_codes" USING btree ("discount_id","key");--> statement-breakpoint
CREATE INDEX "discounts_by_time" ON "discounts" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "discounts_automatic" ON "discounts" USING btree ("id") WHERE not needs_code and is_active;--> statement-breakpoint
CREATE UNIQUE INDEX "shipping_methods_current" ON "shipping_methods" USING btree ("id") WHERE replaced_revision is null;--> statement-breakpoint
CREATE INDEX "tax_rates_current" ON "tax_rates" USING btree ("country") WHERE replaced_revision is null;--> statement-breakpoint
CREATE INDEX "vat_checks_by_time" ON "vat_checks" USING btree ("checked_at");--> statement-breakpoint
INSERT INTO "settings_revision" DEFAULT VALUES;--> statement-breakpoint
-- Processes of the release before write no sums: an order without tax, discount and shipping costs the sum of its lines.
CREATE FUNCTION fill_order_sums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'orders' THEN
    NEW.subtotal_minor := coalesce(NEW.subtotal_minor, NEW.total_minor);
  ELSE
    NEW.market_price_minor := coalesce(NEW.market_price_minor, NEW.unit_price_minor);
    NEW.total_minor := coalesce(NEW.total_minor, NEW.unit_price_minor * NEW.quantity);
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER orders_fill_sums BEFORE INSERT OR UPDATE ON "orders" FOR EACH ROW WHEN (NEW.subtotal_minor IS NULL) EXECUTE FUNCTION fill_order_sums();--> statement-breakpoint
CREATE TRIGGER order_items_fill_sums BEFORE INSERT OR UPDATE ON "order_items" FOR EACH ROW WHEN (NEW.total_minor IS NULL OR NEW.market_price_minor IS NULL) EXECUTE FUNCTION fill_order_sums();
