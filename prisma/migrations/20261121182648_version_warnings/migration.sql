-- AlterTable
ALTER TABLE "model_versions" ADD COLUMN     "warnings" TEXT[] DEFAULT ARRAY[]::TEXT[];
