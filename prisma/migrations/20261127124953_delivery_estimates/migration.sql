-- min-release: 0.5.0
-- Delivered parcels, from which estimates are learned: the newest of a lane and service, and of a carrier.
CREATE INDEX "shipments_past_of_lane_idx" ON "shipments"("carrier", coalesce("record"->>'service', ''),
  (coalesce("record"->>'origin', "record"->>'originCountry', '') || ' → ' || coalesce("record"->>'country', '') || ' → ' ||
  coalesce("record"->>'postcodePrefix', '')), "delivered_at" DESC)
  WHERE "delivered_at" IS NOT NULL AND "record"->>'kind' = 'OUTBOUND';
CREATE INDEX "shipments_past_of_carrier_idx" ON "shipments"("carrier", "delivered_at" DESC)
  WHERE "delivered_at" IS NOT NULL AND "record"->>'kind' = 'OUTBOUND';
