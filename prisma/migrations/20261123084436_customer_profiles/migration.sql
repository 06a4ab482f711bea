-- min-release: 0.3.0
-- AlterTable
ALTER TABLE "customers" ADD COLUMN     "profiling" BOOLEAN NOT NULL DEFAULT true;

-- CreateTable
CREATE TABLE "customer_profiles" (
    "customer_id" TEXT NOT NULL,
    "segment_id" TEXT,
    "segment_since" TIMESTAMPTZ(3),
    "expected_amount" DOUBLE PRECISION,
    "low_amount" DOUBLE PRECISION,
    "high_amount" DOUBLE PRECISION,
    "purchase_probability" DOUBLE PRECISION,
    "churn_probability" DOUBLE PRECISION,
    "currency" TEXT NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "customer_profiles_pkey" PRIMARY KEY ("customer_id")
);

-- CreateTable
CREATE TABLE "profile_changes" (
    "customer_id" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "from_segment" TEXT,
    "to_segment" TEXT,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "profile_changes_pkey" PRIMARY KEY ("customer_id","position")
);

-- CreateTable
CREATE TABLE "segment_names" (
    "segment_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "segment_names_pkey" PRIMARY KEY ("segment_id")
);

-- CreateTable
CREATE TABLE "profile_sweep" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "versions" TEXT[],
    "cursor" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "profile_sweep_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "customer_profiles_segment_id_customer_id_idx" ON "customer_profiles"("segment_id", "customer_id");

-- CreateIndex
CREATE INDEX "profile_changes_position_idx" ON "profile_changes"("position");

-- CreateIndex
CREATE INDEX "profile_changes_expires_at_idx" ON "profile_changes"("expires_at");
