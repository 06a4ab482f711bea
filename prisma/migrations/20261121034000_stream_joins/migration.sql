-- AlterTable
ALTER TABLE "stream_versions" ADD COLUMN     "remembered" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "crowded" BIGINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "stream_join_events" (
    "stream" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "key" BYTEA NOT NULL,
    "is_other" BOOLEAN NOT NULL,
    "imported" BOOLEAN NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "position" BIGINT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stream_join_events_pkey" PRIMARY KEY ("stream","version","key","is_other","imported","occurred_at","position","sequence")
);

-- CreateIndex
CREATE INDEX "stream_join_events_stream_version_imported_last_at_idx" ON "stream_join_events"("stream", "version", "imported", "last_at");
