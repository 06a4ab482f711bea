-- AlterTable
ALTER TABLE "model_versions" ADD COLUMN     "best" UUID;
