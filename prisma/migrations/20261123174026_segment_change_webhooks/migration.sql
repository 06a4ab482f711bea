-- min-release: 0.3.0
-- AlterTable
ALTER TABLE "alert_webhooks" ADD COLUMN     "events" TEXT[] DEFAULT ARRAY['ALERTS']::TEXT[],
ADD COLUMN     "segment_ids" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "webhook_deliveries" ADD COLUMN     "position" BIGINT,
ALTER COLUMN "alert" DROP NOT NULL,
ALTER COLUMN "revision" DROP NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "webhook_deliveries_webhook_position_key" ON "webhook_deliveries"("webhook", "position");
