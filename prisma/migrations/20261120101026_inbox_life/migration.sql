-- AlterTable
ALTER TABLE "inbox" ADD COLUMN     "parent" UUID,
ADD COLUMN     "state" TEXT NOT NULL DEFAULT 'WAITING';

-- What is done says so.
UPDATE "inbox" SET "state" = 'DONE' WHERE "done_at" IS NOT NULL;
