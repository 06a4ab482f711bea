-- min-release: 0.5.0
-- That a parcel is late can be withdrawn. Until now, it was noticed once, at the promised time.
UPDATE "shipments" SET "noticed" = ("noticed" - 'parcel_late') || jsonb_build_object('late', jsonb_build_object(
    'number', 1, 'at', "noticed"->'parcel_late', 'promisedAt', "noticed"->'parcel_late', 'isWithdrawn', false))
WHERE "noticed" ? 'parcel_late';

-- When each promise was recorded first.
UPDATE "shipments" s SET "noticed" = s."noticed" || jsonb_build_object('promises', p."promises")
FROM (
  SELECT "id", jsonb_object_agg("promised_at", jsonb_build_object('receivedAt', "received_at", 'recordedAt', "recorded_at")) AS "promises"
  FROM (
    SELECT "id", "properties"->>'promisedAt' AS "promised_at",
      round(date_part('epoch', min("received_at")) * 1000) AS "received_at",
      round(date_part('epoch', min(CASE WHEN "backfill" THEN "occurred_at" ELSE "received_at" END)) * 1000) AS "recorded_at"
    FROM "events" WHERE "source" = 'LOGISTICS' AND "name" = 'shipment_recorded' AND "properties" ? 'promisedAt'
    GROUP BY 1, 2
  ) promised GROUP BY "id"
) p WHERE p."id" = s."id";
