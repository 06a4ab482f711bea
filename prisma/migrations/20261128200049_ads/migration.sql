-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN     "advertiser_id" TEXT;

-- CreateTable
CREATE TABLE "ad_objects" (
    "kind" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "parent_id" TEXT,
    "number" INTEGER,
    "record" JSONB NOT NULL,

    CONSTRAINT "ad_objects_pkey" PRIMARY KEY ("kind","id")
);

-- CreateTable
CREATE TABLE "ad_changes" (
    "position" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "before" JSONB,
    "after" JSONB NOT NULL,

    CONSTRAINT "ad_changes_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "ad_ledger" (
    "position" BIGINT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "type" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "subject" TEXT,
    "decision" TEXT,
    "slot" SMALLINT,
    "line_item" INTEGER,
    "campaign_id" TEXT,
    "product_id" TEXT,
    "placement" TEXT,
    "exploration" BOOLEAN,
    "price" BIGINT,
    "charged" BIGINT NOT NULL DEFAULT 0,
    "probability" REAL,
    "day" DATE,

    CONSTRAINT "ad_ledger_pkey" PRIMARY KEY ("position","sequence")
);

-- CreateTable
CREATE TABLE "ad_days" (
    "campaign_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "line_item" INTEGER NOT NULL,
    "product_id" TEXT NOT NULL,
    "placement" TEXT NOT NULL,
    "impressions" INTEGER NOT NULL,
    "clicks" INTEGER NOT NULL,
    "free_impressions" INTEGER NOT NULL,
    "free_clicks" INTEGER NOT NULL,
    "invalid_impressions" INTEGER NOT NULL,
    "invalid_clicks" INTEGER NOT NULL,
    "spend" BIGINT NOT NULL,

    CONSTRAINT "ad_days_pkey" PRIMARY KEY ("campaign_id","day","line_item","product_id","placement")
);

-- CreateTable
CREATE TABLE "ad_spend" (
    "campaign_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "spend" BIGINT NOT NULL,

    CONSTRAINT "ad_spend_pkey" PRIMARY KEY ("campaign_id","day")
);

-- CreateTable
CREATE TABLE "ad_auction_days" (
    "campaign_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "line_item" INTEGER NOT NULL,
    "product_id" TEXT NOT NULL,
    "placement" TEXT NOT NULL,
    "won" INTEGER NOT NULL,
    "lost_rank" INTEGER NOT NULL,
    "lost_budget" INTEGER NOT NULL,
    "lost_cap" INTEGER NOT NULL,

    CONSTRAINT "ad_auction_days_pkey" PRIMARY KEY ("campaign_id","day","line_item","product_id","placement")
);

-- CreateTable
CREATE TABLE "ad_billing_progress" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "position" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "ad_billing_progress_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ad_decisions" (
    "id" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,
    "placement" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "record" JSONB NOT NULL,

    CONSTRAINT "ad_decisions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ad_objects_number_key" ON "ad_objects"("number");

-- CreateIndex
CREATE INDEX "ad_objects_parent_id_idx" ON "ad_objects"("parent_id");

-- CreateIndex
CREATE INDEX "ad_changes_object_id_position_idx" ON "ad_changes"("object_id", "position");

-- CreateIndex
CREATE INDEX "ad_ledger_decision_slot_idx" ON "ad_ledger"("decision", "slot");

-- CreateIndex
CREATE INDEX "ad_ledger_subject_received_at_idx" ON "ad_ledger"("subject", "received_at");

-- CreateIndex
CREATE INDEX "ad_ledger_campaign_id_received_at_idx" ON "ad_ledger"("campaign_id", "received_at");

-- CreateIndex
CREATE INDEX "ad_ledger_received_at_idx" ON "ad_ledger" USING BRIN ("received_at" timestamptz_minmax_multi_ops);

-- CreateIndex
CREATE INDEX "ad_decisions_subject_idx" ON "ad_decisions"("subject");

-- CreateIndex
CREATE INDEX "ad_decisions_decided_at_idx" ON "ad_decisions" USING BRIN ("decided_at" timestamptz_minmax_multi_ops);
