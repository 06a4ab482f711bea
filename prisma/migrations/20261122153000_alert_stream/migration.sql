-- min-release: 0.1.0
-- An erasure deletes the alerts of streams with personal data. It must know the stream that an alert came from even if
-- the alert's rule has since been changed to another source. '' means that the stream is unknown.
-- AlterTable
ALTER TABLE "alerts" ADD COLUMN     "stream" TEXT DEFAULT '';
-- The rule tells where its alerts come from, if it has never been changed. Otherwise an earlier source may have been a
-- stream with personal data.
UPDATE "alerts" a SET "stream" = r."spec"->>'stream' FROM "alert_rules" r
WHERE r."id" = a."rule" AND (r."revision" = 1 OR NOT EXISTS (SELECT FROM "stream_versions" WHERE "personal"));
