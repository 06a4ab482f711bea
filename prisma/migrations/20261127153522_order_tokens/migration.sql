-- min-release: 0.5.0
-- CreateTable
CREATE TABLE "order_token_generations" (
    "order_id" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,

    CONSTRAINT "order_token_generations_pkey" PRIMARY KEY ("order_id")
);
