-- CreateTable
CREATE TABLE "tombstones" (
    "hash" BYTEA NOT NULL,
    "buried_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tombstones_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "erasures" (
    "id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "subjects" TEXT[],
    "position" BIGINT,
    "done_at" TIMESTAMPTZ(3),
    "events" INTEGER NOT NULL DEFAULT 0,
    "order_lines" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "erasures_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "erasures_hash_key" ON "erasures"("hash");

-- CreateIndex
CREATE INDEX "erasures_position_idx" ON "erasures"("position");
