-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "webhook_deliveries" ADD COLUMN     "content" JSONB,
ADD COLUMN     "subject" TEXT;

-- CreateIndex
CREATE INDEX "webhook_deliveries_subject_idx" ON "webhook_deliveries"("subject");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_deliveries_webhook_subject_revision_key" ON "webhook_deliveries"("webhook", "subject", "revision");
