-- min-release: 0.5.0
-- The promise of a parcel whose first delivery was in time is kept, also if it was returned since.
UPDATE "shipments" s SET "promised_at" = NULL
WHERE "promised_at" IS NOT NULL AND (
  SELECT "scan" FROM jsonb_array_elements(s."scans") WITH ORDINALITY AS listed ("scan", "n")
  WHERE "scan"->>'type' IN ('DELIVERED', 'RETURNING', 'RETURNED') ORDER BY "n" LIMIT 1
) @> '{"type": "DELIVERED"}' AND (
  SELECT ("scan"->>'at')::float8 FROM jsonb_array_elements(s."scans") WITH ORDINALITY AS listed ("scan", "n")
  WHERE "scan"->>'type' = 'DELIVERED' ORDER BY "n" LIMIT 1
) <= round(date_part('epoch', "promised_at") * 1000);
