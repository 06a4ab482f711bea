-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "log_batches" ADD COLUMN     "backfill" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "outdated_profiles" (
    "customer_id" TEXT NOT NULL,

    CONSTRAINT "outdated_profiles_pkey" PRIMARY KEY ("customer_id")
);

-- Whether an import is running is asked every few seconds.
CREATE INDEX "log_batches_backfill_idx" ON "log_batches" ("position") WHERE "backfill";
