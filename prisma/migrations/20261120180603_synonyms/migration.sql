-- CreateTable
CREATE TABLE "synonyms" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "words" TEXT[],
    "finds" TEXT[],
    "language" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "synonyms_pkey" PRIMARY KEY ("id")
);
