-- min-release: 0.5.0
-- CreateTable
CREATE TABLE "carrier_codes" (
    "carrier" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "carrier_codes_pkey" PRIMARY KEY ("carrier","code")
);
