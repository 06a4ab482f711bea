-- min-release: 0.1.0
-- AlterTable
ALTER TABLE "pending_merges" ADD COLUMN     "failures" INTEGER NOT NULL DEFAULT 0;
