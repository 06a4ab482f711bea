-- AlterTable
ALTER TABLE "inbox" ADD COLUMN     "first_event" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "identities" INTEGER[],
ADD COLUMN     "sequence" BIGSERIAL NOT NULL;

-- Few batches are unfinished among all that an hour has had.
CREATE INDEX "inbox_unfinished_idx" ON "inbox" ("sequence") WHERE "done_at" IS NULL;
