-- AlterTable
ALTER TABLE "alert_webhooks" ADD COLUMN     "tested_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "system_samples" (
    "at" TIMESTAMPTZ(3) NOT NULL,
    "observed" JSON NOT NULL,

    CONSTRAINT "system_samples_pkey" PRIMARY KEY ("at")
);
