-- min-release: 0.5.0
-- CreateTable
CREATE TABLE "storefront_growth" (
    "day" DATE NOT NULL,
    "kind" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,

    CONSTRAINT "storefront_growth_pkey" PRIMARY KEY ("day","kind")
);
