-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "searches" ADD COLUMN     "language" TEXT;

-- CreateTable
CREATE TABLE "dismissed_synonyms" (
    "id" TEXT NOT NULL,
    "dismissed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "dismissed_synonyms_pkey" PRIMARY KEY ("id")
);
