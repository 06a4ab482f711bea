-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "shipments" ADD COLUMN     "due_at" TIMESTAMPTZ(3),
ADD COLUMN     "is_stuck" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "noticed" JSONB NOT NULL DEFAULT '{}';

-- Parcels that are recorded already are examined once.
UPDATE "shipments" SET "due_at" = "started_at" WHERE "order_id" IS NOT NULL;

-- Parcels of which something may have to be noticed, and those that are stuck.
CREATE INDEX "shipments_due_idx" ON "shipments"("due_at") WHERE "due_at" IS NOT NULL;
CREATE INDEX "shipments_stuck_idx" ON "shipments"("started_at", "id") WHERE "is_stuck";

-- Parcels from which the estimate before the order is learned.
CREATE INDEX "shipments_past_of_country_idx" ON "shipments"(("record"->>'country'), "delivered_at" DESC)
  WHERE "delivered_at" IS NOT NULL AND "record"->>'kind' = 'OUTBOUND';
