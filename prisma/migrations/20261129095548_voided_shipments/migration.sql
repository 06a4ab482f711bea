-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "shipments" ADD COLUMN     "lost_delivery" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "voids" JSONB NOT NULL DEFAULT '{"shipment": null, "scans": []}';

CREATE INDEX "shipments_tracking_number_idx" ON "shipments"(lower("record"->>'trackingNumber'));
