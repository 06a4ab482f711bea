-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "shipments" ADD COLUMN     "lost_delivery" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "voids" JSONB NOT NULL DEFAULT '{"shipment": null, "scans": []}';

CREATE INDEX "shipments_tracking_number_idx" ON "shipments"(lower("record"->>'trackingNumber'));

-- Each scan has the time of its version: until now, there was one version of it. That of an imported scan is its own time.
-- Of a scan without an id of the carrier, the id is a hash of its content, which is now followed by the time. Of several
-- scans with the same id, the newest version counts.
UPDATE "shipments" s SET "scans" = c."scans"
FROM (
  SELECT "id", jsonb_agg("scan" || jsonb_build_object('id', "scan_id", 'updatedAt', "version") ORDER BY "n") AS "scans"
  FROM (
    SELECT *, row_number() OVER (PARTITION BY "id", "scan_id" ORDER BY "version" DESC, "n" DESC) AS "rank"
    FROM (
      SELECT s."id", "scan", "n",
        CASE WHEN "scan"->>'id' = (
          SELECT translate(left(encode(sha256(convert_to(
              '{' || string_agg(to_json("key") || ':' || "value", ',' ORDER BY "key" COLLATE "C") || '}', 'UTF8'
            )), 'base64'), 16), '+/', '-_')
          FROM jsonb_each("scan" - 'id' - 'at') AS content ("key", "value") WHERE "value" <> 'null'
        ) THEN "scan"->>'id' || '@' || ("scan"->>'at') ELSE "scan"->>'id' END AS "scan_id",
        coalesce((
          SELECT CASE WHEN e."backfill" THEN ("scan"->>'at')::float8
            ELSE round(date_part('epoch', e."received_at") * 1000) END
          FROM "events" e
          WHERE e."source" = 'LOGISTICS' AND e."id" = s."id" || ':' || ("scan"->>'id')
            AND e."occurred_at" = to_timestamp(("scan"->>'at')::float8 / 1000.0)
        ), ("scan"->>'at')::float8) AS "version"
      FROM "shipments" s, jsonb_array_elements(s."scans") WITH ORDINALITY AS listed ("scan", "n")
    ) scanned
  ) ranked WHERE "rank" = 1 GROUP BY "id"
) c WHERE c."id" = s."id";

-- That a parcel is delivered can be withdrawn.
UPDATE "shipments" SET "noticed" = ("noticed" - 'parcel_delivered') || jsonb_build_object('delivery', jsonb_build_object(
    'number', 1, 'at', "noticed"->'parcel_delivered', 'isWithdrawn', false))
WHERE "noticed" ? 'parcel_delivered';
