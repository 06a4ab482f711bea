-- CreateTable
CREATE TABLE "search_progress" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "position" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "search_progress_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "searches" (
    "request_id" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "position" BIGINT NOT NULL,
    "owner" TEXT,
    "query" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "total" INTEGER NOT NULL,
    "shown" INTEGER NOT NULL,
    "clicks" INTEGER[],
    "purchases" INTEGER[],

    CONSTRAINT "searches_pkey" PRIMARY KEY ("request_id")
);

-- CreateTable
CREATE TABLE "search_reactions" (
    "source" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "request_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "list_position" INTEGER,
    "bought" BOOLEAN NOT NULL,

    CONSTRAINT "search_reactions_pkey" PRIMARY KEY ("source","id","occurred_at")
);

-- CreateTable
CREATE TABLE "search_days" (
    "day" DATE NOT NULL,
    "searches" INTEGER NOT NULL,
    "without_results" INTEGER NOT NULL,
    "clicked" INTEGER NOT NULL,
    "bought" INTEGER NOT NULL,

    CONSTRAINT "search_days_pkey" PRIMARY KEY ("day")
);

-- CreateTable
CREATE TABLE "query_days" (
    "day" DATE NOT NULL,
    "query" TEXT NOT NULL,
    "searches" INTEGER NOT NULL,
    "without_results" INTEGER NOT NULL,
    "clicked" INTEGER NOT NULL,
    "bought" INTEGER NOT NULL,

    CONSTRAINT "query_days_pkey" PRIMARY KEY ("query","day")
);

-- CreateTable
CREATE TABLE "position_days" (
    "day" DATE NOT NULL,
    "position" SMALLINT NOT NULL,
    "impressions" INTEGER NOT NULL,
    "clicks" INTEGER NOT NULL,
    "purchases" INTEGER NOT NULL,

    CONSTRAINT "position_days_pkey" PRIMARY KEY ("day","position")
);

-- CreateTable
CREATE TABLE "query_spellings" (
    "query" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "searches" INTEGER NOT NULL,

    CONSTRAINT "query_spellings_pkey" PRIMARY KEY ("query","text")
);

-- CreateTable
CREATE TABLE "past_queries" (
    "query" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "searches" INTEGER NOT NULL,
    "clicked" INTEGER NOT NULL,
    "popularity" DOUBLE PRECISION NOT NULL,
    "customers" INTEGER NOT NULL,

    CONSTRAINT "past_queries_pkey" PRIMARY KEY ("query")
);

-- CreateIndex
CREATE INDEX "searches_query_owner_idx" ON "searches"("query", "owner");

-- CreateIndex
CREATE INDEX "searches_owner_idx" ON "searches"("owner");

-- CreateIndex
CREATE INDEX "searches_occurred_at_idx" ON "searches"("occurred_at");

-- CreateIndex
CREATE INDEX "search_reactions_request_id_idx" ON "search_reactions"("request_id");

-- CreateIndex
CREATE INDEX "search_reactions_occurred_at_idx" ON "search_reactions"("occurred_at");

-- CreateIndex
CREATE INDEX "query_days_day_searches_idx" ON "query_days"("day", "searches");

-- CreateIndex
CREATE INDEX "query_days_day_without_results_idx" ON "query_days"("day", "without_results");

-- CreateIndex
CREATE INDEX "past_queries_popularity_idx" ON "past_queries"("popularity");
