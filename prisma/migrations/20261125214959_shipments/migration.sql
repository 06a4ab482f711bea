-- min-release: 0.3.0
-- CreateTable
CREATE TABLE "shipments" (
    "id" TEXT NOT NULL,
    "order_id" TEXT,
    "carrier" TEXT,
    "record" JSONB,
    "record_at" TIMESTAMPTZ(3),
    "scans" JSONB NOT NULL DEFAULT '[]',
    "status" TEXT NOT NULL DEFAULT 'PENDING',
    "promised_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "awaits_order" BOOLEAN NOT NULL DEFAULT false,
    "revision" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "shipments_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "shipments_order_id_idx" ON "shipments"("order_id");

-- CreateIndex
CREATE INDEX "shipments_started_at_id_idx" ON "shipments"("started_at", "id");

-- CreateIndex
CREATE INDEX "shipments_status_started_at_id_idx" ON "shipments"("status", "started_at", "id");

-- CreateIndex
CREATE INDEX "shipments_carrier_started_at_id_idx" ON "shipments"("carrier", "started_at", "id");

-- CreateIndex
CREATE INDEX "rejected_events_inbox_id_idx" ON "rejected_events"("inbox_id");

-- Prisma's language has no partial indexes: these are listed in test/integration/platform/migrations-match-datamodel.test.ts.
-- Delivered parcels whose orders may have to follow.
CREATE INDEX "shipments_awaiting_idx" ON "shipments"("order_id") WHERE "awaits_order";
-- Late parcels: delivered too late, and still to be delivered.
CREATE INDEX "shipments_delivered_late_idx" ON "shipments"("started_at", "id") WHERE "delivered_at" > "promised_at";
CREATE INDEX "shipments_promised_idx" ON "shipments"("promised_at") WHERE "delivered_at" IS NULL AND "promised_at" IS NOT NULL;
