-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "conversations" ADD COLUMN     "reply_address" TEXT;
