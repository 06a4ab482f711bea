-- A constant default rewrites no rows: the table is locked for a moment only.
ALTER TABLE "inbox" ADD COLUMN     "first_event" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "identities" INTEGER[],
ADD COLUMN     "sequence" BIGINT NOT NULL DEFAULT 0;

CREATE SEQUENCE "inbox_sequence_seq" AS BIGINT OWNED BY "inbox"."sequence";
ALTER TABLE "inbox" ALTER COLUMN "sequence" SET DEFAULT nextval('inbox_sequence_seq');

-- Unfinished batches keep the order in which they were accepted; finished ones need no place.
UPDATE "inbox" SET "sequence" = "ordered"."place"
FROM (
  SELECT "id", nextval('inbox_sequence_seq') AS "place"
  FROM (SELECT "id" FROM "inbox" WHERE "done_at" IS NULL ORDER BY "received_at", "id") AS "unfinished"
) AS "ordered"
WHERE "inbox"."id" = "ordered"."id";

-- Few batches are unfinished among all that an hour has had.
CREATE INDEX "inbox_unfinished_idx" ON "inbox" ("sequence") WHERE "done_at" IS NULL;
