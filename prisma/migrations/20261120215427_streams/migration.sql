-- CreateTable
CREATE TABLE "streams" (
    "id" TEXT NOT NULL,
    "description" TEXT,
    "spec" JSON NOT NULL,
    "from_position" BIGINT NOT NULL,
    "shown" BIGINT,
    "rebuild" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "streams_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stream_versions" (
    "stream" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "spec" JSON NOT NULL,
    "personal" BOOLEAN NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "filled" BIGINT NOT NULL,
    "windows" INTEGER NOT NULL DEFAULT 0,
    "keys" INTEGER NOT NULL DEFAULT 0,
    "late" BIGINT NOT NULL DEFAULT 0,
    "watermark" TIMESTAMPTZ(3),

    CONSTRAINT "stream_versions_pkey" PRIMARY KEY ("stream","version")
);

-- CreateTable
CREATE TABLE "stream_parts" (
    "stream" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "batch" BIGINT NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "stream_parts_pkey" PRIMARY KEY ("stream","version","batch")
);

-- CreateTable
CREATE TABLE "stream_windows" (
    "stream" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "key" TEXT NOT NULL,
    "start_at" TIMESTAMPTZ(3) NOT NULL,
    "end_at" TIMESTAMPTZ(3) NOT NULL,
    "state" BYTEA NOT NULL,
    "revision" BIGINT NOT NULL,

    CONSTRAINT "stream_windows_pkey" PRIMARY KEY ("stream","version","key","start_at")
);

-- CreateTable
CREATE TABLE "stream_late" (
    "stream" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "start_at" TIMESTAMPTZ(3) NOT NULL,
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "ids" TEXT[],

    CONSTRAINT "stream_late_pkey" PRIMARY KEY ("stream","version","start_at","key")
);

-- CreateIndex
CREATE INDEX "stream_windows_stream_version_start_at_idx" ON "stream_windows"("stream", "version", "start_at");

-- CreateIndex
CREATE INDEX "stream_windows_stream_version_end_at_idx" ON "stream_windows"("stream", "version", "end_at");
