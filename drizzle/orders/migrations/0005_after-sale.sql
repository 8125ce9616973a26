CREATE TABLE "invoice_issuing" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"database" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invoice_series" (
	"year" integer PRIMARY KEY NOT NULL,
	"next" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invoices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"year" integer NOT NULL,
	"sequence" integer NOT NULL,
	"corrects_id" uuid,
	"refund_id" uuid,
	"currency" text NOT NULL,
	"total_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	"snapshot" jsonb NOT NULL,
	"issued_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "invoices_kind" CHECK ("invoices"."kind" in ('INVOICE', 'CREDIT_NOTE')),
	CONSTRAINT "invoices_corrects" CHECK (("invoices"."kind" = 'CREDIT_NOTE') = ("invoices"."corrects_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "refund_lines" (
	"refund_id" uuid NOT NULL,
	"item_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	"amount_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	"share_minor" bigint NOT NULL,
	"share_tax_minor" bigint NOT NULL,
	CONSTRAINT "refund_lines_refund_id_item_id_pk" PRIMARY KEY("refund_id","item_id"),
	CONSTRAINT "refund_lines_amount" CHECK ("refund_lines"."quantity" >= 1 and "refund_lines"."amount_minor" between 0 and "refund_lines"."share_minor"
        and "refund_lines"."tax_minor" between 0 and "refund_lines"."amount_minor")
);
--> statement-breakpoint
CREATE TABLE "return_lines" (
	"return_id" uuid NOT NULL,
	"item_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	"restocked_quantity" integer DEFAULT 0 NOT NULL,
	"refunded_quantity" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "return_lines_return_id_item_id_pk" PRIMARY KEY("return_id","item_id"),
	CONSTRAINT "return_lines_quantity" CHECK ("return_lines"."restocked_quantity" between 0 and "return_lines"."quantity" and "return_lines"."refunded_quantity" between 0 and "return_lines"."quantity")
);
--> statement-breakpoint
CREATE TABLE "returns" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"status" text DEFAULT 'REQUESTED' NOT NULL,
	"is_withdrawal" boolean NOT NULL,
	"reason" text,
	"note" text,
	"version" integer DEFAULT 1 NOT NULL,
	"requested_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "returns_status" CHECK ("returns"."status" in ('REQUESTED', 'APPROVED', 'DECLINED', 'RECEIVED', 'CLOSED'))
);
--> statement-breakpoint
CREATE TABLE "shipment_lines" (
	"shipment_id" uuid NOT NULL,
	"item_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	CONSTRAINT "shipment_lines_shipment_id_item_id_pk" PRIMARY KEY("shipment_id","item_id"),
	CONSTRAINT "shipment_lines_quantity" CHECK ("shipment_lines"."quantity" >= 1)
);
--> statement-breakpoint
CREATE TABLE "shipments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"carrier" text,
	"tracking_number" text,
	"tracking_url" text,
	"shipped_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"delivered_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "test_provider"."disputes" (
	"id" text PRIMARY KEY NOT NULL,
	"charge_id" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "order_events" DROP CONSTRAINT "order_events_type";--> statement-breakpoint
ALTER TABLE "payment_transactions" DROP CONSTRAINT "payment_transactions_type";--> statement-breakpoint
ALTER TABLE "payment_transactions" DROP CONSTRAINT "payment_transactions_amount";--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "result_id" uuid;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "is_returnable" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "shipped" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "cancelled" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "returned" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "refunded_quantity" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "refunded_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "refunded_tax_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "refunded_share_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "order_items" ADD COLUMN "refunded_share_tax_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "shipped_units" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "shipping_refunded_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "shipping_refunded_tax_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "delivered_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "invoice_due_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "payment_transactions" ADD COLUMN "tax_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payment_transactions" ADD COLUMN "shipping_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payment_transactions" ADD COLUMN "shipping_tax_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payment_transactions" ADD COLUMN "taxes" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "payment_transactions" ADD COLUMN "return_id" uuid;--> statement-breakpoint
ALTER TABLE "refund_lines" ADD CONSTRAINT "refund_lines_refund_id_payment_transactions_id_fk" FOREIGN KEY ("refund_id") REFERENCES "public"."payment_transactions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refund_lines" ADD CONSTRAINT "refund_lines_item_id_order_items_id_fk" FOREIGN KEY ("item_id") REFERENCES "public"."order_items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "return_lines" ADD CONSTRAINT "return_lines_return_id_returns_id_fk" FOREIGN KEY ("return_id") REFERENCES "public"."returns"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "return_lines" ADD CONSTRAINT "return_lines_item_id_order_items_id_fk" FOREIGN KEY ("item_id") REFERENCES "public"."order_items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "returns" ADD CONSTRAINT "returns_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipment_lines" ADD CONSTRAINT "shipment_lines_shipment_id_shipments_id_fk" FOREIGN KEY ("shipment_id") REFERENCES "public"."shipments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipment_lines" ADD CONSTRAINT "shipment_lines_item_id_order_items_id_fk" FOREIGN KEY ("item_id") REFERENCES "public"."order_items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_number" ON "invoices" USING btree ("year","sequence");--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_one_invoice" ON "invoices" USING btree ("order_id") WHERE kind = 'INVOICE';--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_one_credit_note" ON "invoices" USING btree ("refund_id") WHERE kind = 'CREDIT_NOTE';--> statement-breakpoint
CREATE INDEX "invoices_of_order" ON "invoices" USING btree ("order_id","sequence");--> statement-breakpoint
CREATE INDEX "invoices_by_time" ON "invoices" USING btree ("issued_at","id");--> statement-breakpoint
CREATE INDEX "refund_lines_of_item" ON "refund_lines" USING btree ("item_id");--> statement-breakpoint
CREATE INDEX "return_lines_of_item" ON "return_lines" USING btree ("item_id");--> statement-breakpoint
CREATE INDEX "returns_of_order" ON "returns" USING btree ("order_id","id");--> statement-breakpoint
CREATE INDEX "returns_by_status" ON "returns" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "shipment_lines_of_item" ON "shipment_lines" USING btree ("item_id");--> statement-breakpoint
CREATE INDEX "shipments_of_order" ON "shipments" USING btree ("order_id","id");--> statement-breakpoint
CREATE INDEX "disputes_of_charge" ON "test_provider"."disputes" USING btree ("charge_id");--> statement-breakpoint
CREATE INDEX "orders_invoice_due" ON "orders" USING btree ("invoice_due_at") WHERE invoice_due_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "payment_transactions_dispute_reference" ON "payment_transactions" USING btree ("provider","provider_reference") WHERE type = 'DISPUTE';--> statement-breakpoint
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_type" CHECK ("order_events"."type" in ('PLACED', 'STOCK_RESERVED', 'STOCK_SOLD', 'STOCK_RELEASED', 'PAYMENT_SUCCEEDED', 'PAYMENT_FAILED', 'REFUNDED', 'STATUS_CHANGED', 'ITEMS_CHANGED', 'ADDRESS_CHANGED', 'CANCELLED', 'EXPIRED', 'NOTE', 'SHIPMENT_CREATED', 'SHIPMENT_DELIVERED', 'UNITS_CANCELLED', 'RETURN_REQUESTED', 'RETURN_CHANGED', 'DISPUTED', 'INVOICE_ISSUED'));--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_shipped" CHECK ("order_items"."shipped" >= 0 and "order_items"."cancelled" >= 0 and "order_items"."shipped" + "order_items"."cancelled" <= "order_items"."quantity");--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_returned" CHECK ("order_items"."returned" between 0 and "order_items"."shipped");--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_refunded_quantity" CHECK ("order_items"."refunded_quantity" between 0 and "order_items"."quantity");--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_refunded" CHECK ("order_items"."refunded_minor" between 0 and "order_items"."refunded_share_minor"
        and "order_items"."refunded_tax_minor" between 0 and "order_items"."refunded_minor");--> statement-breakpoint
ALTER TABLE "payment_transactions" ADD CONSTRAINT "payment_transactions_shares" CHECK ("payment_transactions"."tax_minor" between 0 and "payment_transactions"."amount_minor" and "payment_transactions"."shipping_minor" between 0 and "payment_transactions"."amount_minor"
        and "payment_transactions"."shipping_tax_minor" between 0 and "payment_transactions"."shipping_minor");--> statement-breakpoint
ALTER TABLE "payment_transactions" ADD CONSTRAINT "payment_transactions_type" CHECK ("payment_transactions"."type" in ('CHARGE', 'REFUND', 'DISPUTE'));--> statement-breakpoint
ALTER TABLE "payment_transactions" ADD CONSTRAINT "payment_transactions_amount" CHECK ("payment_transactions"."amount_minor" > 0 or "payment_transactions"."type" <> 'CHARGE' and "payment_transactions"."amount_minor" = 0);--> statement-breakpoint
UPDATE "order_items" SET "shipped" = "quantity" FROM "orders" WHERE "orders"."id" = "order_items"."order_id" AND "orders"."status" IN ('SHIPPED', 'DELIVERED');--> statement-breakpoint
UPDATE "order_items" SET "cancelled" = "quantity" FROM "orders" WHERE "orders"."id" = "order_items"."order_id" AND "orders"."status" = 'CANCELLED';--> statement-breakpoint
UPDATE "orders" SET "shipped_units" = (SELECT sum("quantity") FROM "order_items" WHERE "order_id" = "orders"."id"),
  "delivered_at" = CASE WHEN "status" = 'DELIVERED' THEN coalesce((SELECT max("created_at") FROM "order_events" WHERE "order_id" = "orders"."id" AND "to_status" = 'DELIVERED'), "updated_at") END
WHERE "status" IN ('SHIPPED', 'DELIVERED');--> statement-breakpoint
INSERT INTO "shipments" ("id", "order_id", "tracking_number", "tracking_url", "shipped_at", "delivered_at")
SELECT gen_random_uuid(), "id", "tracking_number", "tracking_url",
  coalesce((SELECT max("created_at") FROM "order_events" WHERE "order_id" = "orders"."id" AND "to_status" = 'SHIPPED'), "updated_at"), "delivered_at"
FROM "orders" WHERE "status" IN ('SHIPPED', 'DELIVERED');--> statement-breakpoint
INSERT INTO "shipment_lines" ("shipment_id", "item_id", "quantity")
SELECT "shipments"."id", "order_items"."id", "order_items"."quantity" FROM "shipments" JOIN "order_items" USING ("order_id");--> statement-breakpoint
CREATE FUNCTION "keep_invoices"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Only the job that deletes documents after the time for which they must be kept sets this.
  IF TG_OP = 'DELETE' AND current_setting('agora.invoice_retention', true) = 'on' THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'An issued document is never changed or deleted.' USING ERRCODE = 'insufficient_privilege';
END $$;--> statement-breakpoint
CREATE TRIGGER "invoices_kept" BEFORE UPDATE OR DELETE ON "invoices" FOR EACH ROW EXECUTE FUNCTION "keep_invoices"();--> statement-breakpoint
CREATE TRIGGER "invoices_not_truncated" BEFORE TRUNCATE ON "invoices" FOR EACH STATEMENT EXECUTE FUNCTION "keep_invoices"();--> statement-breakpoint
REVOKE UPDATE, DELETE, TRUNCATE ON "invoices" FROM PUBLIC, CURRENT_USER;
