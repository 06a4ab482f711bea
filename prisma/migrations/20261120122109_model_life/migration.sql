-- AlterTable
ALTER TABLE "active_models" ADD COLUMN     "pinned" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "model_versions" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "verdict" TEXT NOT NULL,
    "reasons" TEXT[],
    "parent" UUID,
    "position" BIGINT NOT NULL,
    "data_hash" BYTEA NOT NULL,
    "seed" INTEGER NOT NULL,
    "parameters" JSONB NOT NULL,
    "figures" JSONB NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "fitted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "promoted_at" TIMESTAMPTZ(3),

    CONSTRAINT "model_versions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "jobs" (
    "id" UUID NOT NULL,
    "model" TEXT NOT NULL,
    "open" TEXT,
    "state" TEXT NOT NULL DEFAULT 'QUEUED',
    "reason" TEXT NOT NULL,
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "stage" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "version" UUID,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "jobs_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "model_versions_kind_number_key" ON "model_versions"("kind", "number");

-- CreateIndex
CREATE UNIQUE INDEX "jobs_open_key" ON "jobs"("open");

-- CreateIndex
CREATE INDEX "jobs_ended_at_idx" ON "jobs"("ended_at");
