-- AlterTable
ALTER TABLE "log_batches" ADD COLUMN     "known_at" BIGINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "product_versions" (
    "id" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "facts" JSONB,

    CONSTRAINT "product_versions_pkey" PRIMARY KEY ("id","position")
);

-- CreateTable
CREATE TABLE "customer_versions" (
    "id" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "attributes" JSONB NOT NULL,

    CONSTRAINT "customer_versions_pkey" PRIMARY KEY ("id","position")
);

-- What is in the log already has the products and customers of now: nobody knows what they were.
INSERT INTO "product_versions" ("id", "position", "facts")
SELECT "id", 0, jsonb_build_object('price', "price"::text, 'listPrice', "list_price"::text, 'currency', "currency",
    'availability', "availability", 'brand', "brand", 'categories', "categories", 'groupId', "group_id",
    'language', "language", 'rating', "rating", 'attributes', "attributes",
    'publishedAt', to_char("published_at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
FROM "products";

INSERT INTO "customer_versions" ("id", "position", "attributes")
SELECT "id", 0, "attributes" FROM "customers" WHERE "attributes" <> '{}';
