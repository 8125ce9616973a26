CREATE SCHEMA "test_provider";
--> statement-breakpoint
CREATE TABLE "cart_items" (
	"id" uuid PRIMARY KEY NOT NULL,
	"cart_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"variant_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	"product_name" text NOT NULL,
	"noted_price_minor" bigint NOT NULL,
	"seen_price_minor" bigint NOT NULL,
	"added_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "cart_items_quantity" CHECK ("cart_items"."quantity" between 1 and 1000)
);
--> statement-breakpoint
CREATE TABLE "carts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid,
	"claimed_by" uuid,
	"currency" text NOT NULL,
	"checkout_order_id" uuid,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"scope" text NOT NULL,
	"mutation" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"lines_fingerprint" text,
	"order_id" uuid NOT NULL,
	"transaction_id" uuid,
	"outcome" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_scope_mutation_key_pk" PRIMARY KEY("scope","mutation","key")
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"message_id" uuid PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "order_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"type" text NOT NULL,
	"from_status" text,
	"to_status" text,
	"message" text,
	"actor_id" uuid,
	"visible_to_buyer" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "order_events_type" CHECK ("order_events"."type" in ('PLACED', 'STOCK_RESERVED', 'STOCK_SOLD', 'STOCK_RELEASED', 'PAYMENT_SUCCEEDED', 'PAYMENT_FAILED', 'REFUNDED', 'STATUS_CHANGED', 'ITEMS_CHANGED', 'ADDRESS_CHANGED', 'CANCELLED', 'EXPIRED', 'NOTE'))
);
--> statement-breakpoint
CREATE TABLE "order_items" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"cart_item_id" uuid,
	"product_id" uuid NOT NULL,
	"variant_id" uuid NOT NULL,
	"product_name" text NOT NULL,
	"variant_name" text NOT NULL,
	"sku" text NOT NULL,
	"product_image_url" text,
	"currency" text NOT NULL,
	"unit_price_minor" bigint NOT NULL,
	"quantity" integer NOT NULL,
	"subtotal_minor" bigint GENERATED ALWAYS AS (unit_price_minor * quantity) STORED NOT NULL,
	CONSTRAINT "order_items_quantity" CHECK ("order_items"."quantity" between 1 and 1000),
	CONSTRAINT "order_items_price" CHECK ("order_items"."unit_price_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"user_id" uuid,
	"by_guest" boolean NOT NULL,
	"cart_id" uuid,
	"email" text,
	"visible" boolean DEFAULT false NOT NULL,
	"status" text DEFAULT 'PENDING' NOT NULL,
	"payment_status" text DEFAULT 'UNPAID' NOT NULL,
	"stock_status" text DEFAULT 'PENDING' NOT NULL,
	"currency" text NOT NULL,
	"total_minor" bigint NOT NULL,
	"total_scaled" bigint NOT NULL,
	"amount_paid_minor" bigint DEFAULT 0 NOT NULL,
	"amount_refunded_minor" bigint DEFAULT 0 NOT NULL,
	"refund_committed_minor" bigint DEFAULT 0 NOT NULL,
	"payment_id" uuid NOT NULL,
	"payment_provider" text NOT NULL,
	"declines" integer DEFAULT 0 NOT NULL,
	"shipping_address" jsonb NOT NULL,
	"customer_note" text,
	"metadata" jsonb,
	"tracking_number" text,
	"tracking_url" text,
	"cancel_reason" text,
	"expires_at" timestamp (3) with time zone,
	"revision" integer DEFAULT 1 NOT NULL,
	"edit" jsonb,
	"work_due_at" timestamp (3) with time zone,
	"work_attempts" integer DEFAULT 0 NOT NULL,
	"sequence" integer DEFAULT 0 NOT NULL,
	"stock_sequence" bigint DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "orders_status" CHECK ("orders"."status" in ('PENDING', 'PAID', 'PROCESSING', 'SHIPPED', 'DELIVERED', 'CANCELLED')),
	CONSTRAINT "orders_payment_status" CHECK ("orders"."payment_status" in ('UNPAID', 'PENDING', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'FAILED', 'CANCELLED')),
	CONSTRAINT "orders_stock_status" CHECK ("orders"."stock_status" in ('PENDING', 'RESERVED', 'SOLD', 'RELEASED')),
	CONSTRAINT "orders_cancel_reason" CHECK ("orders"."cancel_reason" in ('CUSTOMER', 'OUT_OF_STOCK', 'PAYMENT_FAILED', 'EXPIRED', 'STAFF')),
	CONSTRAINT "orders_amounts" CHECK ("orders"."total_minor" >= 0
        and "orders"."amount_refunded_minor" between 0 and "orders"."refund_committed_minor"
        and "orders"."refund_committed_minor" <= "orders"."amount_paid_minor")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"channel" text NOT NULL,
	"topic" text NOT NULL,
	"destination" text DEFAULT '' NOT NULL,
	"message_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"sequence" bigint DEFAULT 0 NOT NULL,
	"payload" jsonb NOT NULL,
	"status" text DEFAULT 'waiting' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "payment_transactions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"provider" text NOT NULL,
	"provider_reference" text,
	"charge_id" uuid,
	"method_token" text,
	"return_url" text,
	"next_action_url" text,
	"decline_code" text,
	"reason" text,
	"actor_id" uuid,
	"due_at" timestamp (3) with time zone,
	"asked" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp (3) with time zone,
	CONSTRAINT "payment_transactions_type" CHECK ("payment_transactions"."type" in ('CHARGE', 'REFUND')),
	CONSTRAINT "payment_transactions_status" CHECK ("payment_transactions"."status" in ('PENDING', 'SUCCEEDED', 'FAILED')),
	CONSTRAINT "payment_transactions_amount" CHECK ("payment_transactions"."amount_minor" > 0)
);
--> statement-breakpoint
CREATE TABLE "test_provider"."charges" (
	"id" text PRIMARY KEY NOT NULL,
	"idempotency_key" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"token" text NOT NULL,
	"status" text NOT NULL,
	"decline_code" text,
	"return_url" text,
	"ready_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "charges_idempotency_key_unique" UNIQUE("idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "test_provider"."refunds" (
	"id" text PRIMARY KEY NOT NULL,
	"idempotency_key" text NOT NULL,
	"charge_id" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "refunds_idempotency_key_unique" UNIQUE("idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "test_provider"."webhooks" (
	"id" text PRIMARY KEY NOT NULL,
	"charge_id" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "cart_items" ADD CONSTRAINT "cart_items_cart_id_carts_id_fk" FOREIGN KEY ("cart_id") REFERENCES "public"."carts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_transactions" ADD CONSTRAINT "payment_transactions_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "cart_items_line" ON "cart_items" USING btree ("cart_id","variant_id");--> statement-breakpoint
CREATE UNIQUE INDEX "carts_user" ON "carts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "carts_expiry" ON "carts" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "idempotency_keys_of_order" ON "idempotency_keys" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_time" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "order_events_of_order" ON "order_events" USING btree ("order_id","id");--> statement-breakpoint
CREATE INDEX "order_events_of_actor" ON "order_events" USING btree ("actor_id") WHERE actor_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "order_items_position" ON "order_items" USING btree ("order_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "orders_number" ON "orders" USING btree ("number" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "orders_email" ON "orders" USING gin (lower(email) gin_trgm_ops);--> statement-breakpoint
CREATE UNIQUE INDEX "orders_payment" ON "orders" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "orders_by_time" ON "orders" USING btree ("created_at","id") WHERE visible;--> statement-breakpoint
CREATE INDEX "orders_by_total" ON "orders" USING btree ("total_scaled","id") WHERE visible;--> statement-breakpoint
CREATE INDEX "orders_of_user_by_time" ON "orders" USING btree ("user_id","created_at","id") WHERE visible;--> statement-breakpoint
CREATE INDEX "orders_by_statuses_and_time" ON "orders" USING btree ("status","payment_status","created_at","id") WHERE visible;--> statement-breakpoint
CREATE INDEX "orders_by_statuses_and_total" ON "orders" USING btree ("status","payment_status","total_scaled","id") WHERE visible;--> statement-breakpoint
CREATE INDEX "orders_due" ON "orders" USING btree ("work_due_at") WHERE work_due_at is not null;--> statement-breakpoint
CREATE INDEX "orders_expiry" ON "orders" USING btree ("expires_at") WHERE status = 'PENDING';--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "outbox" USING btree ("channel","due_at") WHERE status = 'waiting';--> statement-breakpoint
CREATE INDEX "outbox_dead" ON "outbox" USING btree ("created_at") WHERE status = 'dead';--> statement-breakpoint
CREATE INDEX "payment_transactions_of_order" ON "payment_transactions" USING btree ("order_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_transactions_one_charge" ON "payment_transactions" USING btree ("order_id") WHERE type = 'CHARGE' and status in ('PENDING', 'SUCCEEDED');--> statement-breakpoint
CREATE INDEX "payment_transactions_due" ON "payment_transactions" USING btree ("due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "payment_transactions_reference" ON "payment_transactions" USING btree ("provider","provider_reference");--> statement-breakpoint
CREATE INDEX "refunds_of_charge" ON "test_provider"."refunds" USING btree ("charge_id");--> statement-breakpoint
CREATE INDEX "webhooks_due" ON "test_provider"."webhooks" USING btree ("due_at") WHERE due_at is not null;