-- AlterTable
ALTER TABLE "stream_versions" ADD COLUMN     "kept_from" TIMESTAMPTZ(3);
