-- min-release: 0.1.0
-- DropIndex
DROP INDEX "stream_windows_stream_version_start_at_idx";

-- AlterTable
ALTER TABLE "stream_windows" ADD COLUMN     "key_rank" BIGINT;

-- CreateIndex
CREATE INDEX "stream_windows_stream_version_start_at_key_rank_idx" ON "stream_windows"("stream", "version", "start_at", "key_rank");
