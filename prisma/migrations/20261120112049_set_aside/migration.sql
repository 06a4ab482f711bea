-- AlterTable
ALTER TABLE "events" ADD COLUMN     "set_aside" BIGINT;

-- AlterTable
ALTER TABLE "merges" ADD COLUMN     "set_aside" BIGINT;
