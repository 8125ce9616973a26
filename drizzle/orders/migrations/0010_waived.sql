ALTER TABLE "orders" ADD COLUMN "waived_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payment_transactions" ADD COLUMN "waived_minor" bigint DEFAULT 0 NOT NULL;