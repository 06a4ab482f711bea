-- min-release: 0.5.0
-- CreateTable
CREATE TABLE "delivery_days" (
    "country" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "delivers" BOOLEAN NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "delivery_days_pkey" PRIMARY KEY ("country","day")
);

-- The accuracy of estimates is computed from parcels that are drawn by their ids.
CREATE INDEX "shipments_delivered_idx" ON "shipments"("delivered_at", "id")
  WHERE "delivered_at" IS NOT NULL AND "record"->>'kind' = 'OUTBOUND';
