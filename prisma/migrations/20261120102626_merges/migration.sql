-- CreateTable
CREATE TABLE "merges" (
    "position" BIGINT NOT NULL,
    "from_subject" TEXT NOT NULL,
    "into_subject" TEXT NOT NULL,
    "merged_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "merges_pkey" PRIMARY KEY ("position")
);

-- CreateIndex
CREATE INDEX "merges_from_subject_position_idx" ON "merges"("from_subject", "position");

-- CreateIndex
CREATE INDEX "merges_into_subject_position_idx" ON "merges"("into_subject", "position");
