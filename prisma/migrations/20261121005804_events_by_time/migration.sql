-- CreateIndex
CREATE INDEX "events_occurred_at_idx" ON "events" USING BRIN ("occurred_at" timestamptz_minmax_multi_ops) WITH (autosummarize = on);
