-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "intent_examples" ADD COLUMN "language" TEXT;
