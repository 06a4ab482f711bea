-- CreateTable
CREATE TABLE "hidden_suggestions" (
    "query" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "hidden_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "hidden_suggestions_pkey" PRIMARY KEY ("query")
);
