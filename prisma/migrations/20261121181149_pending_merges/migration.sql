-- CreateTable
CREATE TABLE "pending_merges" (
    "id" UUID NOT NULL,
    "sequence" BIGINT NOT NULL,
    "from_subject" TEXT,
    "into_subject" TEXT,
    "waits_for" UUID[],
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "position" BIGINT,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "pending_merges_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "pending_merges_done_at_sequence_idx" ON "pending_merges"("done_at", "sequence");
