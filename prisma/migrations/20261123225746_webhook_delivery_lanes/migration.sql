-- min-release: 0.3.0
-- CreateIndex
CREATE INDEX "webhook_deliveries_webhook_state_due_at_idx" ON "webhook_deliveries"("webhook", "state", "due_at");

-- CreateIndex
CREATE INDEX "webhook_deliveries_webhook_created_at_idx" ON "webhook_deliveries"("webhook", "created_at");
