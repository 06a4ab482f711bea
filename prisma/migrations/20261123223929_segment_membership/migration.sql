-- min-release: 0.3.0
-- AlterTable
ALTER TABLE "customers" ADD COLUMN     "profiling_since" BIGINT;

-- CreateIndex
CREATE INDEX "customers_profiling_since_idx" ON "customers"("profiling_since");

-- AlterTable
ALTER TABLE "stream_versions" ADD COLUMN     "segment_use" TEXT NOT NULL DEFAULT 'NONE';

-- CreateTable
CREATE TABLE "segment_periods" (
    "position" BIGINT NOT NULL,
    "active" BOOLEAN NOT NULL,

    CONSTRAINT "segment_periods_pkey" PRIMARY KEY ("position")
);


-- Changes of segments are retained as long as the log. An opt-out expires within hours, as before.
UPDATE "profile_changes" SET "expires_at" = NULL
WHERE "from_segment" IS DISTINCT FROM "to_segment" AND "expires_at" > "changed_at" + interval '1 day';
