-- AlterTable
ALTER TABLE "outbox" ADD COLUMN     "orders" TEXT[];

UPDATE "outbox" SET "orders" = ARRAY(SELECT json_array_elements_text("payload"->'orders'))
WHERE "payload"->'orders' IS NOT NULL;

-- Few positions change orders among all that an hour has had.
CREATE INDEX "outbox_orders_idx" ON "outbox" ("position") WHERE "orders" IS NOT NULL;
