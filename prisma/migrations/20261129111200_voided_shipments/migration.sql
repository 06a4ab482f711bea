-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "shipments" ADD COLUMN     "lost_delivery" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "voids" JSONB NOT NULL DEFAULT '{"shipment": null, "scans": []}';

CREATE INDEX "shipments_tracking_number_idx" ON "shipments"(lower("record"->>'trackingNumber'));

-- Each scan has the time of its version: until now, there was one version of it. Of a scan without an id of the carrier,
-- the id is a hash of 16 characters, which is now followed by the time.
UPDATE "shipments" s SET "scans" = c."scans"
FROM (
  SELECT "id", jsonb_agg("scan" || jsonb_build_object(
      'id', CASE WHEN "scan"->>'id' ~ '^[A-Za-z0-9_-]{16}$' THEN "scan"->>'id' || '@' || ("scan"->>'at') ELSE "scan"->>'id' END,
      'updatedAt', "received_at") ORDER BY "n") AS "scans"
  FROM (
    SELECT s."id", "scan", "n", coalesce((
        SELECT round(date_part('epoch', e."received_at") * 1000) FROM "events" e
        WHERE e."source" = 'LOGISTICS' AND e."id" = s."id" || ':' || ("scan"->>'id')
          AND e."occurred_at" = to_timestamp(("scan"->>'at')::float8 / 1000.0)
      ), ("scan"->>'at')::float8) AS "received_at"
    FROM "shipments" s, jsonb_array_elements(s."scans") WITH ORDINALITY AS listed ("scan", "n")
  ) scanned GROUP BY "id"
) c WHERE c."id" = s."id";

-- That a parcel is delivered can be withdrawn.
UPDATE "shipments" SET "noticed" = ("noticed" - 'parcel_delivered') || jsonb_build_object('delivery', jsonb_build_object(
    'number', 1, 'at', "noticed"->'parcel_delivered', 'isWithdrawn', false))
WHERE "noticed" ? 'parcel_delivered';
