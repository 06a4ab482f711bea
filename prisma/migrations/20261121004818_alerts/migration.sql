-- CreateTable
CREATE TABLE "process_slices" (
    "process" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "figures" JSON NOT NULL,

    CONSTRAINT "process_slices_pkey" PRIMARY KEY ("process","at")
);

-- CreateTable
CREATE TABLE "alert_rules" (
    "id" TEXT NOT NULL,
    "description" TEXT,
    "spec" JSON NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "silenced_until" TIMESTAMPTZ(3),
    "fault" TEXT,
    "evaluated_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_rules_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alerts" (
    "id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "open" BOOLEAN DEFAULT true,
    "state" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "observed" JSON NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "fired_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),
    "notified" BOOLEAN NOT NULL DEFAULT false,
    "acknowledged_at" TIMESTAMPTZ(3),
    "acknowledged_by" TEXT,
    "note" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_transitions" (
    "alert" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT,
    "observed" JSON NOT NULL,

    CONSTRAINT "alert_transitions_pkey" PRIMARY KEY ("alert","revision")
);

-- CreateTable
CREATE TABLE "alert_webhooks" (
    "id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "min_severity" TEXT NOT NULL,
    "rules" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_webhooks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_deliveries" (
    "id" UUID NOT NULL,
    "webhook" UUID NOT NULL,
    "alert" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'WAITING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "last_status" INTEGER,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "process_slices_at_idx" ON "process_slices"("at");

-- CreateIndex
CREATE INDEX "alerts_started_at_id_idx" ON "alerts"("started_at", "id");

-- CreateIndex
CREATE INDEX "alerts_updated_at_idx" ON "alerts"("updated_at");

-- CreateIndex
CREATE UNIQUE INDEX "alerts_rule_key_open_key" ON "alerts"("rule", "key", "open");

-- CreateIndex
CREATE INDEX "webhook_deliveries_state_due_at_idx" ON "webhook_deliveries"("state", "due_at");

-- CreateIndex
CREATE INDEX "webhook_deliveries_alert_idx" ON "webhook_deliveries"("alert");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_deliveries_webhook_alert_revision_key" ON "webhook_deliveries"("webhook", "alert", "revision");
