-- CreateTable
CREATE TABLE "log_position" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "position" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "log_position_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbox" (
    "id" UUID NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "events" JSON,
    "count" INTEGER NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "retry_at" TIMESTAMPTZ(3) NOT NULL,
    "last_error" TEXT,
    "position" BIGINT,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "log_batches" (
    "position" BIGINT NOT NULL,
    "batch" BIGSERIAL NOT NULL,
    "events" INTEGER NOT NULL,
    "committed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "log_batches_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "events" (
    "source" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "batch" BIGINT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "subject" TEXT,
    "customer_id" TEXT,
    "session_id" TEXT,
    "product_id" TEXT,
    "quantity" INTEGER NOT NULL DEFAULT 1,
    "unit_price" DECIMAL,
    "currency" TEXT,
    "rating" DOUBLE PRECISION,
    "query" TEXT,
    "request_id" TEXT,
    "list_position" INTEGER,
    "placement" TEXT,
    "name" TEXT,
    "properties" JSONB,
    "backfill" BOOLEAN NOT NULL DEFAULT false,
    "digest" BIGINT NOT NULL,

    CONSTRAINT "events_pkey" PRIMARY KEY ("source","id","occurred_at")
);

-- CreateTable
CREATE TABLE "outbox" (
    "position" BIGINT NOT NULL,
    "payload" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "published_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "rejected_events" (
    "id" BIGSERIAL NOT NULL,
    "inbox_id" UUID,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "rejected_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "code" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "event" JSONB NOT NULL,

    CONSTRAINT "rejected_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "products" (
    "id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "url" TEXT,
    "image_urls" TEXT[],
    "price" DECIMAL,
    "list_price" DECIMAL,
    "currency" TEXT,
    "brand" TEXT,
    "categories" TEXT[],
    "group_id" TEXT,
    "language" TEXT,
    "availability" TEXT NOT NULL DEFAULT 'IN_STOCK',
    "stock" INTEGER,
    "rating" DOUBLE PRECISION,
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "published_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "offer_updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "products_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "customers" (
    "id" TEXT NOT NULL,
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3),

    CONSTRAINT "customers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_keys" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "hint" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "settings" (
    "name" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "settings_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "leases" (
    "name" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "token" BIGINT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "position" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "leases_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "artefacts" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "token" BIGINT NOT NULL,
    "size" INTEGER NOT NULL,
    "checksum" BYTEA NOT NULL,
    "figures" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "artefacts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "artefact_chunks" (
    "artefact_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "artefact_chunks_pkey" PRIMARY KEY ("artefact_id","sequence")
);

-- CreateTable
CREATE TABLE "active_models" (
    "kind" TEXT NOT NULL,
    "artefact_id" UUID NOT NULL,
    "promoted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "active_models_pkey" PRIMARY KEY ("kind")
);

-- CreateIndex
CREATE INDEX "inbox_done_at_retry_at_idx" ON "inbox"("done_at", "retry_at");

-- CreateIndex
CREATE UNIQUE INDEX "log_batches_batch_key" ON "log_batches"("batch");

-- CreateIndex
CREATE INDEX "events_subject_occurred_at_idx" ON "events"("subject", "occurred_at");

-- CreateIndex
CREATE UNIQUE INDEX "events_batch_sequence_key" ON "events"("batch", "sequence");

-- CreateIndex
CREATE INDEX "outbox_published_at_created_at_idx" ON "outbox"("published_at", "created_at");

-- CreateIndex
CREATE INDEX "rejected_events_rejected_at_idx" ON "rejected_events"("rejected_at");

-- CreateIndex
CREATE INDEX "products_group_id_idx" ON "products"("group_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_secret_hash_key" ON "api_keys"("secret_hash");

-- CreateIndex
CREATE INDEX "artefacts_kind_position_idx" ON "artefacts"("kind", "position");

-- AddForeignKey
ALTER TABLE "artefact_chunks" ADD CONSTRAINT "artefact_chunks_artefact_id_fkey" FOREIGN KEY ("artefact_id") REFERENCES "artefacts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "active_models" ADD CONSTRAINT "active_models_artefact_id_fkey" FOREIGN KEY ("artefact_id") REFERENCES "artefacts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- The one row every transaction that changes the shop ends with.
INSERT INTO "log_position" ("id", "position") VALUES (1, 0);
