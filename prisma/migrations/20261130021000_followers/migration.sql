-- min-release: 0.5.0
-- CreateTable
CREATE TABLE "followers" (
    "name" TEXT NOT NULL,
    "position" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "followers_pkey" PRIMARY KEY ("name")
);

-- In the order in which an erasure locks them. A worker that runs must not store a position after it was read here.
LOCK TABLE "attribution_progress", "search_progress", "ad_billing_progress" IN ACCESS EXCLUSIVE MODE;

INSERT INTO "followers" ("name", "position")
SELECT 'searches', "position" FROM "search_progress"
UNION ALL SELECT 'attribution', "position" FROM "attribution_progress"
UNION ALL SELECT 'ad-billing', "position" FROM "ad_billing_progress"
UNION ALL SELECT "name", "position" FROM "leases" WHERE "name" IN ('customer-profiles', 'audiences');

-- AlterTable
ALTER TABLE "search_progress" DROP COLUMN "position";

-- AlterTable
ALTER TABLE "attribution_progress" DROP COLUMN "position";

-- DropTable
DROP TABLE "ad_billing_progress";
