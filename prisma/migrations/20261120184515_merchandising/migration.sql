-- CreateTable
CREATE TABLE "merchandising_rules" (
    "id" TEXT NOT NULL,
    "queries" TEXT[],
    "placements" TEXT[],
    "pins" TEXT[],
    "buried" TEXT[],
    "boost" TEXT,
    "redirect" TEXT,
    "starts_at" TIMESTAMPTZ(3),
    "ends_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "merchandising_rules_pkey" PRIMARY KEY ("id")
);
