-- min-release: 0.5.0
-- CreateTable
CREATE TABLE "delivery_days" (
    "country" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "delivers" BOOLEAN NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "delivery_days_pkey" PRIMARY KEY ("country","day")
);

-- CreateIndex: the accuracy of estimates reads the parcels that were delivered last.
CREATE INDEX "shipments_delivered_last_idx" ON "shipments"("delivered_at" DESC)
  WHERE "delivered_at" IS NOT NULL AND "record"->>'kind' = 'OUTBOUND';
