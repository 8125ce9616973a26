CREATE TABLE "media" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid,
	"status" text NOT NULL,
	"rejection_reason" text,
	"file_name" text NOT NULL,
	"byte_size" integer NOT NULL,
	"sha256" text NOT NULL,
	"alt_text" text,
	"alt_texts" jsonb DEFAULT '{}' NOT NULL,
	"width" integer,
	"height" integer,
	"thumbhash" text,
	"renditions_id" uuid,
	"upload_expires_at" timestamp (3) with time zone NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (3) with time zone,
	"claimed_at" timestamp (3) with time zone,
	"converter_deaths" smallint DEFAULT 0 NOT NULL,
	"abandoned_attempts" smallint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "media_status" CHECK (status in ('UPLOADING', 'PROCESSING', 'READY', 'REJECTED')),
	CONSTRAINT "media_ready" CHECK (status <> 'READY' or (width > 0 and height > 0 and thumbhash is not null and renditions_id is not null)),
	CONSTRAINT "media_rejected" CHECK ((status = 'REJECTED') = (rejection_reason is not null))
);
--> statement-breakpoint
CREATE TABLE "media_files" (
	"id" uuid PRIMARY KEY NOT NULL,
	"media_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"delete_after" timestamp (3) with time zone,
	CONSTRAINT "media_files_kind" CHECK (kind in ('UPLOAD', 'RENDITIONS'))
);
--> statement-breakpoint
CREATE TABLE "product_media" (
	"product_id" uuid NOT NULL,
	"media_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	CONSTRAINT "product_media_product_id_media_id_pk" PRIMARY KEY("product_id","media_id")
);
--> statement-breakpoint
CREATE TABLE "variant_media" (
	"variant_id" uuid NOT NULL,
	"media_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	CONSTRAINT "variant_media_variant_id_media_id_pk" PRIMARY KEY("variant_id","media_id")
);
--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "image_name" text;--> statement-breakpoint
ALTER TABLE "variants" ADD COLUMN "image_name" text;--> statement-breakpoint
ALTER TABLE "media_files" ADD CONSTRAINT "media_files_media_id_media_id_fk" FOREIGN KEY ("media_id") REFERENCES "public"."media"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_media" ADD CONSTRAINT "product_media_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_media" ADD CONSTRAINT "product_media_media_id_media_id_fk" FOREIGN KEY ("media_id") REFERENCES "public"."media"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "variant_media" ADD CONSTRAINT "variant_media_variant_id_variants_id_fk" FOREIGN KEY ("variant_id") REFERENCES "public"."variants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "variant_media" ADD CONSTRAINT "variant_media_media_id_media_id_fk" FOREIGN KEY ("media_id") REFERENCES "public"."media"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "media_of_owner" ON "media" USING btree ("owner_id","created_at");--> statement-breakpoint
CREATE INDEX "media_due" ON "media" USING btree ("due_at") WHERE status = 'PROCESSING';--> statement-breakpoint
CREATE INDEX "media_unused" ON "media" USING btree ("created_at") WHERE status in ('UPLOADING', 'REJECTED');--> statement-breakpoint
CREATE INDEX "media_deleted" ON "media" USING btree ("deleted_at") WHERE deleted_at is not null;--> statement-breakpoint
CREATE INDEX "media_files_of_media" ON "media_files" USING btree ("media_id");--> statement-breakpoint
CREATE INDEX "media_files_due" ON "media_files" USING btree ("delete_after") WHERE delete_after is not null;--> statement-breakpoint
CREATE INDEX "product_media_of_media" ON "product_media" USING btree ("media_id");--> statement-breakpoint
CREATE INDEX "variant_media_of_media" ON "variant_media" USING btree ("media_id");