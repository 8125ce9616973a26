CREATE TABLE "budgets" (
	"key" text PRIMARY KEY NOT NULL,
	"spent" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"forget_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "order_holds" (
	"key" text NOT NULL,
	"order_id" uuid NOT NULL,
	"amount" integer NOT NULL,
	CONSTRAINT "order_holds_key_order_id_pk" PRIMARY KEY("key","order_id")
);
--> statement-breakpoint
ALTER TABLE "cart_items" ADD COLUMN "is_capped" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "order_holds" ADD CONSTRAINT "order_holds_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "budgets_forget_at" ON "budgets" USING btree ("forget_at");--> statement-breakpoint
CREATE INDEX "order_holds_of_order" ON "order_holds" USING btree ("order_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_transactions_refund_reference" ON "payment_transactions" USING btree ("provider","provider_reference") WHERE type = 'REFUND' and provider <> 'recorded';