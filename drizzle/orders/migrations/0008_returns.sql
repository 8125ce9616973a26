CREATE TABLE "return_declarations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"email" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"is_withdrawal" boolean NOT NULL,
	"reason" text,
	"received_at" timestamp (3) with time zone NOT NULL,
	"judged_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE UNIQUE INDEX "return_declarations_key" ON "return_declarations" USING btree ("number","email","idempotency_key");--> statement-breakpoint
CREATE INDEX "return_declarations_open" ON "return_declarations" USING btree ("id") WHERE judged_at is null;--> statement-breakpoint
CREATE INDEX "return_declarations_by_time" ON "return_declarations" USING btree ("received_at");--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_refunded_share" CHECK ("order_items"."refunded_share_minor" <= "order_items"."total_minor");--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_shipping_refunded" CHECK ("orders"."shipping_refunded_tax_minor" between 0 and "orders"."shipping_refunded_minor"
        and "orders"."shipping_refunded_minor" <= "orders"."shipping_minor" - "orders"."shipping_discount_minor"
          + case when "orders"."prices_include_tax" then 0 else "orders"."shipping_tax_minor" end);