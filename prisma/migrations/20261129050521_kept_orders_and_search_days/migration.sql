-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "attributed_lines" ADD COLUMN     "kept_orders" SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE "attributed_lines" ALTER COLUMN "kept_orders" DROP DEFAULT;

-- AlterTable
ALTER TABLE "business_days" ADD COLUMN     "kept_orders" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "kept_revenue" DECIMAL NOT NULL DEFAULT 0;
ALTER TABLE "business_days" ALTER COLUMN "kept_orders" DROP DEFAULT, ALTER COLUMN "kept_revenue" DROP DEFAULT;

-- CreateIndex
CREATE INDEX "payments_kind_occurred_at_idx" ON "payments"("kind", "occurred_at");

-- The lines of erased people are never computed again.
UPDATE "attributed_lines" SET "kept_orders" = 1 FROM (
  SELECT "order_id", min("sequence") AS "sequence" FROM "attributed_lines"
  WHERE "subject" IS NULL AND "units" > 0 GROUP BY "order_id"
) kept
WHERE "attributed_lines"."order_id" = kept."order_id" AND "attributed_lines"."sequence" = kept."sequence";

-- Everything else is computed again from the log, with a discount that is at most the goods.
UPDATE "attribution_progress" SET "time_zone" = NULL;

-- AlterTable
ALTER TABLE "search_progress" ADD COLUMN     "time_zone" TEXT;

-- Searches were counted by days in UTC.
UPDATE "search_progress" SET "time_zone" = 'UTC';
