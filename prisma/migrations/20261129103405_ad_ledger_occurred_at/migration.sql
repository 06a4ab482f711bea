-- min-release: 0.5.0
ALTER TABLE "ad_ledger" ADD COLUMN "occurred_at" TIMESTAMPTZ(3);

UPDATE "ad_ledger" l SET "occurred_at" = e."occurred_at"
FROM "log_batches" b JOIN "events" e ON e."batch" = b."batch"
WHERE b."position" = l."position" AND e."sequence" = l."sequence";

-- The events of erased people are not in the log.
UPDATE "ad_ledger" SET "occurred_at" = "received_at" WHERE "occurred_at" IS NULL;

ALTER TABLE "ad_ledger" ALTER COLUMN "occurred_at" SET NOT NULL;
