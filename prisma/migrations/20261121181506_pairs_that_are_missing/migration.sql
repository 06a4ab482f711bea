-- AlterTable
ALTER TABLE "stream_versions" ADD COLUMN     "compile_version" INTEGER NOT NULL DEFAULT 1;

-- CreateTable
CREATE TABLE "stream_crowded_ranges" (
    "stream" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stream_crowded_ranges_pkey" PRIMARY KEY ("stream","version","from_at")
);
