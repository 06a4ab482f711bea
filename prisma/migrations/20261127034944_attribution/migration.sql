-- min-release: 0.5.0
-- CreateTable
CREATE TABLE "attribution_progress" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "position" BIGINT NOT NULL DEFAULT 0,
    "swept" BIGINT NOT NULL DEFAULT 0,
    "time_zone" TEXT,
    "window_days" INTEGER,

    CONSTRAINT "attribution_progress_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outdated_visitors" (
    "subject" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "outdated_visitors_pkey" PRIMARY KEY ("subject")
);

-- CreateTable
CREATE TABLE "visits" (
    "subject" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "events" INTEGER NOT NULL,
    "orders" INTEGER NOT NULL,
    "previous_order_day" DATE,

    CONSTRAINT "visits_pkey" PRIMARY KEY ("subject","day")
);

-- CreateTable
CREATE TABLE "visit_placements" (
    "subject" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "kind" TEXT NOT NULL,
    "placement" TEXT NOT NULL,
    "shown" INTEGER NOT NULL,
    "viewed" INTEGER NOT NULL,
    "clicked_views" INTEGER NOT NULL,
    "clicks" INTEGER NOT NULL,
    "carts" INTEGER NOT NULL,

    CONSTRAINT "visit_placements_pkey" PRIMARY KEY ("subject","day","kind","placement")
);

-- CreateTable
CREATE TABLE "attributed_lines" (
    "order_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "subject" TEXT,
    "day" DATE NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "currency" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "units" INTEGER NOT NULL,
    "revenue" DECIMAL NOT NULL,
    "orders" SMALLINT NOT NULL,
    "touch" TEXT,
    "touched_at" TIMESTAMPTZ(3),
    "kind" TEXT,
    "placement" TEXT,
    "placement_orders" SMALLINT NOT NULL,
    "intent" TEXT,
    "query" TEXT,
    "request_id" TEXT,
    "model_version" TEXT,

    CONSTRAINT "attributed_lines_pkey" PRIMARY KEY ("order_id","sequence")
);

-- CreateTable
CREATE TABLE "visit_days" (
    "day" DATE NOT NULL,
    "visits" INTEGER NOT NULL,
    "conversions" INTEGER NOT NULL,

    CONSTRAINT "visit_days_pkey" PRIMARY KEY ("day")
);

-- CreateTable
CREATE TABLE "business_days" (
    "day" DATE NOT NULL,
    "currency" TEXT NOT NULL,
    "orders" INTEGER NOT NULL,
    "revenue" DECIMAL NOT NULL,
    "recommendations" DECIMAL NOT NULL,
    "search" DECIMAL NOT NULL,
    "view_through" DECIMAL NOT NULL,

    CONSTRAINT "business_days_pkey" PRIMARY KEY ("day","currency")
);

-- CreateTable
CREATE TABLE "placement_days" (
    "day" DATE NOT NULL,
    "kind" TEXT NOT NULL,
    "placement" TEXT NOT NULL,
    "visits" INTEGER NOT NULL,
    "shown" BIGINT NOT NULL,
    "viewed" BIGINT NOT NULL,
    "clicked_views" BIGINT NOT NULL,
    "clicks" BIGINT NOT NULL,
    "carts" BIGINT NOT NULL,
    "viewed_squares" BIGINT NOT NULL,
    "clicked_squares" BIGINT NOT NULL,
    "cross_products" BIGINT NOT NULL,

    CONSTRAINT "placement_days_pkey" PRIMARY KEY ("day","kind","placement")
);

-- CreateTable
CREATE TABLE "placement_revenue" (
    "day" DATE NOT NULL,
    "kind" TEXT NOT NULL,
    "placement" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "orders" INTEGER NOT NULL,
    "revenue" DECIMAL NOT NULL,
    "view_through" DECIMAL NOT NULL,

    CONSTRAINT "placement_revenue_pkey" PRIMARY KEY ("day","kind","placement","currency")
);

-- CreateIndex
CREATE INDEX "outdated_visitors_due_at_subject_idx" ON "outdated_visitors"("due_at", "subject");

-- CreateIndex
CREATE INDEX "attributed_lines_placed_at_order_id_sequence_idx" ON "attributed_lines"("placed_at", "order_id", "sequence");

-- CreateIndex
CREATE INDEX "attributed_lines_subject_idx" ON "attributed_lines"("subject");

-- CreateIndex
CREATE INDEX "attributed_lines_product_id_idx" ON "attributed_lines"("product_id");

-- CreateIndex
CREATE INDEX "product_versions_position_idx" ON "product_versions"("position");

-- CreateIndex
CREATE INDEX "orders_position_idx" ON "orders"("position");

-- Merges that were set aside are few, and are looked for with every batch of the log.
CREATE INDEX "merges_set_aside_idx" ON "merges" ("set_aside") WHERE "set_aside" IS NOT NULL;

-- The customers of a span of days, each counted once, are counted in this index alone.
CREATE INDEX "visits_order_days_idx" ON "visits" ("day", "previous_order_day") WHERE "orders" > 0;
