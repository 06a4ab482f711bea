-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "shipments" ADD COLUMN     "lane" TEXT,
ADD COLUMN     "service" TEXT;
UPDATE "shipments" SET "service" = "record"->>'service', "lane" = concat_ws(' → ',
  coalesce("record"->>'origin', "record"->>'originCountry', ''), coalesce("record"->>'country', ''),
  coalesce("record"->>'postcodePrefix', '')) WHERE "record" IS NOT NULL;
-- Delivered parcels, from which estimates are learned: the newest of a lane, of a service or of a carrier.
CREATE INDEX "shipments_past_of_lane_idx" ON "shipments"("carrier", coalesce("service", ''), "lane", "delivered_at" DESC)
  WHERE "delivered_at" IS NOT NULL AND "record"->>'kind' = 'OUTBOUND';
CREATE INDEX "shipments_past_of_carrier_idx" ON "shipments"("carrier", "delivered_at" DESC)
  WHERE "delivered_at" IS NOT NULL AND "record"->>'kind' = 'OUTBOUND';
