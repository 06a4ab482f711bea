-- min-release: 0.1.0
-- AlterTable
ALTER TABLE "leases" ADD COLUMN     "progress" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "progressed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
-- What was told until now was learned.
UPDATE "leases" SET "progress" = "position";
