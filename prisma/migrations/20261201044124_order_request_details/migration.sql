-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "order_requests" ADD COLUMN     "lines" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "pictures" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "problem" TEXT;
