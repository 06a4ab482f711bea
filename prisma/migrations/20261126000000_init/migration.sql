-- min-release: 0.5.0
-- The tables of a shop. prisma/schema.prisma describes tables, indexes and foreign keys. The other sections hold what
-- Prisma's language can't express; test/integration/platform/migrations-match-datamodel.test.ts lists it.

-- Tables

CREATE TABLE "log_position" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "position" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "log_position_pkey" PRIMARY KEY ("id")
);

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
    "parent" UUID,
    "state" TEXT NOT NULL DEFAULT 'WAITING',
    "first_event" INTEGER NOT NULL DEFAULT 0,
    "identities" INTEGER[],
    "sequence" BIGSERIAL NOT NULL,
    "min_release" TEXT,

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "log_batches" (
    "position" BIGINT NOT NULL,
    "batch" BIGSERIAL NOT NULL,
    "events" INTEGER NOT NULL,
    "committed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "known_at" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "log_batches_pkey" PRIMARY KEY ("position")
);

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
    "set_aside" BIGINT,

    CONSTRAINT "events_pkey" PRIMARY KEY ("source","id","occurred_at")
);

CREATE TABLE "outbox" (
    "position" BIGINT NOT NULL,
    "payload" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "published_at" TIMESTAMPTZ(3),
    "orders" TEXT[],

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("position")
);

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

CREATE TABLE "product_versions" (
    "id" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "facts" JSONB,

    CONSTRAINT "product_versions_pkey" PRIMARY KEY ("id","position")
);

CREATE TABLE "customers" (
    "id" TEXT NOT NULL,
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3),
    "profiling" BOOLEAN NOT NULL DEFAULT true,
    "profiling_since" BIGINT,

    CONSTRAINT "customers_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "customer_profiles" (
    "customer_id" TEXT NOT NULL,
    "segment_id" TEXT,
    "segment_since" TIMESTAMPTZ(3),
    "expected_amount" DOUBLE PRECISION,
    "low_amount" DOUBLE PRECISION,
    "high_amount" DOUBLE PRECISION,
    "purchase_probability" DOUBLE PRECISION,
    "churn_probability" DOUBLE PRECISION,
    "currency" TEXT NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "customer_profiles_pkey" PRIMARY KEY ("customer_id")
);

CREATE TABLE "profile_changes" (
    "customer_id" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "from_segment" TEXT,
    "to_segment" TEXT,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "profile_changes_pkey" PRIMARY KEY ("customer_id","position")
);

CREATE TABLE "segment_periods" (
    "position" BIGINT NOT NULL,
    "active" BOOLEAN NOT NULL,

    CONSTRAINT "segment_periods_pkey" PRIMARY KEY ("position")
);

CREATE TABLE "segment_names" (
    "segment_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "segment_names_pkey" PRIMARY KEY ("segment_id")
);

CREATE TABLE "audiences" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "condition" TEXT NOT NULL,
    "definition" BIGSERIAL NOT NULL,
    "size" INTEGER NOT NULL DEFAULT 0,
    "cursor" TEXT DEFAULT '',
    "examined" INTEGER NOT NULL DEFAULT 0,
    "customers" INTEGER NOT NULL DEFAULT 0,
    "new_active" BOOLEAN,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audiences_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "audience_members" (
    "definition" BIGINT NOT NULL,
    "customer_id" TEXT NOT NULL,

    CONSTRAINT "audience_members_pkey" PRIMARY KEY ("definition","customer_id")
);

CREATE TABLE "audience_changes" (
    "id" BIGSERIAL NOT NULL,
    "customer_id" TEXT NOT NULL,

    CONSTRAINT "audience_changes_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "profile_sweep" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "versions" TEXT[],
    "cursor" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "profile_sweep_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "customer_versions" (
    "id" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "attributes" JSONB NOT NULL,

    CONSTRAINT "customer_versions_pkey" PRIMARY KEY ("id","position")
);

CREATE TABLE "pending_merges" (
    "id" UUID NOT NULL,
    "sequence" BIGINT NOT NULL,
    "from_subject" TEXT,
    "into_subject" TEXT,
    "waits_for" UUID[],
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "position" BIGINT,
    "done_at" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "pending_merges_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "merges" (
    "position" BIGINT NOT NULL,
    "from_subject" TEXT NOT NULL,
    "into_subject" TEXT NOT NULL,
    "merged_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "set_aside" BIGINT,

    CONSTRAINT "merges_pkey" PRIMARY KEY ("position")
);

CREATE TABLE "tombstones" (
    "hash" BYTEA NOT NULL,
    "buried_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tombstones_pkey" PRIMARY KEY ("hash")
);

CREATE TABLE "erasures" (
    "id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "subjects" TEXT[],
    "position" BIGINT,
    "done_at" TIMESTAMPTZ(3),
    "events" INTEGER NOT NULL DEFAULT 0,
    "order_lines" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "erased_at" TIMESTAMPTZ(3),

    CONSTRAINT "erasures_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "orders" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'SALE',
    "status" TEXT NOT NULL DEFAULT 'PLACED',
    "customer_id" TEXT,
    "session_id" TEXT,
    "placed_by" TEXT,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "currency" TEXT NOT NULL,
    "shipping" DECIMAL NOT NULL DEFAULT 0,
    "tax" DECIMAL NOT NULL DEFAULT 0,
    "discount" DECIMAL NOT NULL DEFAULT 0,
    "total" DECIMAL NOT NULL,
    "source" TEXT,
    "placement" TEXT,
    "request_id" TEXT,
    "properties" JSONB,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "position" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "orders_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "order_lines" (
    "order_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "product_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "unit_price" DECIMAL NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "shipped" INTEGER NOT NULL DEFAULT 0,
    "cancelled" INTEGER NOT NULL DEFAULT 0,
    "returned" INTEGER NOT NULL DEFAULT 0,
    "events" INTEGER NOT NULL DEFAULT 0,
    "placement" TEXT,
    "request_id" TEXT,

    CONSTRAINT "order_lines_pkey" PRIMARY KEY ("order_id","id")
);

CREATE TABLE "payments" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "amount" DECIMAL NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "method" TEXT,

    CONSTRAINT "payments_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "order_history" (
    "order_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "moved_by" TEXT NOT NULL,
    "units" JSONB,

    CONSTRAINT "order_history_pkey" PRIMARY KEY ("order_id","sequence")
);

CREATE TABLE "shipments" (
    "id" TEXT NOT NULL,
    "order_id" TEXT,
    "carrier" TEXT,
    "record" JSONB,
    "record_at" TIMESTAMPTZ(3),
    "scans" JSONB NOT NULL DEFAULT '[]',
    "status" TEXT NOT NULL DEFAULT 'PENDING',
    "promised_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "awaits_order" BOOLEAN NOT NULL DEFAULT false,
    "revision" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "shipments_pkey" PRIMARY KEY ("id")
);

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

CREATE TABLE "synonyms" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "words" TEXT[],
    "finds" TEXT[],
    "language" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "synonyms_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "hidden_suggestions" (
    "query" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "hidden_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "hidden_suggestions_pkey" PRIMARY KEY ("query")
);

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

CREATE TABLE "streams" (
    "id" TEXT NOT NULL,
    "description" TEXT,
    "spec" JSON NOT NULL,
    "from_position" BIGINT NOT NULL,
    "shown" BIGINT,
    "rebuild" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "streams_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "stream_versions" (
    "stream" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "spec" JSON NOT NULL,
    "personal" BOOLEAN NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "filled" BIGINT NOT NULL,
    "windows" INTEGER NOT NULL DEFAULT 0,
    "keys" INTEGER NOT NULL DEFAULT 0,
    "late" BIGINT NOT NULL DEFAULT 0,
    "watermark" TIMESTAMPTZ(3),
    "kept_from" TIMESTAMPTZ(3),
    "remembered" INTEGER NOT NULL DEFAULT 0,
    "crowded" BIGINT NOT NULL DEFAULT 0,
    "compile_version" INTEGER NOT NULL DEFAULT 1,
    "segment_use" TEXT NOT NULL DEFAULT 'NONE',

    CONSTRAINT "stream_versions_pkey" PRIMARY KEY ("stream","version")
);

CREATE TABLE "stream_parts" (
    "stream" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "batch" BIGINT NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "stream_parts_pkey" PRIMARY KEY ("stream","version","batch")
);

CREATE TABLE "stream_windows" (
    "stream" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "key" TEXT NOT NULL,
    "start_at" TIMESTAMPTZ(3) NOT NULL,
    "end_at" TIMESTAMPTZ(3) NOT NULL,
    "state" BYTEA NOT NULL,
    "revision" BIGINT NOT NULL,
    "key_rank" BIGINT,

    CONSTRAINT "stream_windows_pkey" PRIMARY KEY ("stream","version","key","start_at")
);

CREATE TABLE "stream_months" (
    "stream" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "start_at" TIMESTAMPTZ(3) NOT NULL,
    "end_at" TIMESTAMPTZ(3) NOT NULL,
    "state" BYTEA NOT NULL,

    CONSTRAINT "stream_months_pkey" PRIMARY KEY ("stream","version","start_at")
);

CREATE TABLE "stream_join_events" (
    "stream" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "key" BYTEA NOT NULL,
    "is_other" BOOLEAN NOT NULL,
    "imported" BOOLEAN NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "position" BIGINT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stream_join_events_pkey" PRIMARY KEY ("stream","version","key","is_other","imported","occurred_at","position","sequence")
);

CREATE TABLE "stream_crowded_ranges" (
    "stream" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stream_crowded_ranges_pkey" PRIMARY KEY ("stream","version","from_at")
);

CREATE TABLE "stream_late" (
    "stream" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "start_at" TIMESTAMPTZ(3) NOT NULL,
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "ids" TEXT[],

    CONSTRAINT "stream_late_pkey" PRIMARY KEY ("stream","version","start_at","key")
);

CREATE TABLE "process_slices" (
    "process" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "figures" JSON NOT NULL,

    CONSTRAINT "process_slices_pkey" PRIMARY KEY ("process","at")
);

CREATE TABLE "system_samples" (
    "at" TIMESTAMPTZ(3) NOT NULL,
    "observed" JSON NOT NULL,

    CONSTRAINT "system_samples_pkey" PRIMARY KEY ("at")
);

CREATE TABLE "alert_rules" (
    "id" TEXT NOT NULL,
    "description" TEXT,
    "spec" JSON NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "silenced_until" TIMESTAMPTZ(3),
    "fault" TEXT,
    "evaluated_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_rules_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "alerts" (
    "id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "open" BOOLEAN DEFAULT true,
    "state" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "observed" JSON NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "fired_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),
    "notified" BOOLEAN NOT NULL DEFAULT false,
    "acknowledged_at" TIMESTAMPTZ(3),
    "acknowledged_by" TEXT,
    "note" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "personal" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "alert_transitions" (
    "alert" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT,
    "observed" JSON NOT NULL,

    CONSTRAINT "alert_transitions_pkey" PRIMARY KEY ("alert","revision")
);

CREATE TABLE "alert_webhooks" (
    "id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "min_severity" TEXT NOT NULL,
    "rules" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tested_at" TIMESTAMPTZ(3),
    "events" TEXT[] DEFAULT ARRAY['ALERTS']::TEXT[],
    "segment_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "alert_webhooks_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "webhook_deliveries" (
    "id" UUID NOT NULL,
    "webhook" UUID NOT NULL,
    "alert" UUID,
    "revision" INTEGER,
    "state" TEXT NOT NULL DEFAULT 'WAITING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "last_status" INTEGER,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),
    "position" BIGINT,

    CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "settings" (
    "name" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "settings_pkey" PRIMARY KEY ("name")
);

CREATE TABLE "leases" (
    "name" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "token" BIGINT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "position" BIGINT NOT NULL DEFAULT 0,
    "progress" BIGINT NOT NULL DEFAULT 0,
    "progressed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "leases_pkey" PRIMARY KEY ("name")
);

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

CREATE TABLE "artefact_chunks" (
    "artefact_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "artefact_chunks_pkey" PRIMARY KEY ("artefact_id","sequence")
);

CREATE TABLE "model_versions" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "verdict" TEXT NOT NULL,
    "reasons" TEXT[],
    "parent" UUID,
    "position" BIGINT NOT NULL,
    "data_hash" BYTEA NOT NULL,
    "seed" INTEGER NOT NULL,
    "parameters" JSONB NOT NULL,
    "figures" JSONB NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "fitted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "promoted_at" TIMESTAMPTZ(3),
    "best" UUID,
    "warnings" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "model_versions_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "jobs" (
    "id" UUID NOT NULL,
    "model" TEXT NOT NULL,
    "open" TEXT,
    "state" TEXT NOT NULL DEFAULT 'QUEUED',
    "reason" TEXT NOT NULL,
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "stage" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "version" UUID,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "jobs_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "active_models" (
    "kind" TEXT NOT NULL,
    "artefact_id" UUID,
    "promoted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "pinned" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "active_models_pkey" PRIMARY KEY ("kind")
);

CREATE TABLE "search_progress" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "position" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "search_progress_pkey" PRIMARY KEY ("id")
);

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

CREATE TABLE "search_days" (
    "day" DATE NOT NULL,
    "searches" INTEGER NOT NULL,
    "without_results" INTEGER NOT NULL,
    "clicked" INTEGER NOT NULL,
    "bought" INTEGER NOT NULL,

    CONSTRAINT "search_days_pkey" PRIMARY KEY ("day")
);

CREATE TABLE "query_days" (
    "day" DATE NOT NULL,
    "query" TEXT NOT NULL,
    "searches" INTEGER NOT NULL,
    "without_results" INTEGER NOT NULL,
    "clicked" INTEGER NOT NULL,
    "bought" INTEGER NOT NULL,

    CONSTRAINT "query_days_pkey" PRIMARY KEY ("query","day")
);

CREATE TABLE "position_days" (
    "day" DATE NOT NULL,
    "position" SMALLINT NOT NULL,
    "impressions" INTEGER NOT NULL,
    "clicks" INTEGER NOT NULL,
    "purchases" INTEGER NOT NULL,

    CONSTRAINT "position_days_pkey" PRIMARY KEY ("day","position")
);

CREATE TABLE "query_spellings" (
    "query" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "searches" INTEGER NOT NULL,

    CONSTRAINT "query_spellings_pkey" PRIMARY KEY ("query","text")
);

CREATE TABLE "past_queries" (
    "query" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "searches" INTEGER NOT NULL,
    "clicked" INTEGER NOT NULL,
    "popularity" DOUBLE PRECISION NOT NULL,
    "customers" INTEGER NOT NULL,

    CONSTRAINT "past_queries_pkey" PRIMARY KEY ("query")
);

-- Indexes

CREATE INDEX "inbox_done_at_retry_at_idx" ON "inbox"("done_at", "retry_at");
CREATE UNIQUE INDEX "log_batches_batch_key" ON "log_batches"("batch");
CREATE INDEX "events_subject_occurred_at_idx" ON "events"("subject", "occurred_at");
CREATE INDEX "events_occurred_at_idx" ON "events" USING BRIN ("occurred_at" timestamptz_minmax_multi_ops);
CREATE UNIQUE INDEX "events_batch_sequence_key" ON "events"("batch", "sequence");
CREATE INDEX "outbox_published_at_created_at_idx" ON "outbox"("published_at", "created_at");
CREATE INDEX "rejected_events_rejected_at_idx" ON "rejected_events"("rejected_at");
CREATE INDEX "rejected_events_inbox_id_idx" ON "rejected_events"("inbox_id");
CREATE INDEX "products_group_id_idx" ON "products"("group_id");
CREATE INDEX "customers_profiling_since_idx" ON "customers"("profiling_since");
CREATE INDEX "customer_profiles_segment_id_customer_id_idx" ON "customer_profiles"("segment_id", "customer_id");
CREATE INDEX "profile_changes_position_idx" ON "profile_changes"("position");
CREATE INDEX "profile_changes_from_segment_position_customer_id_idx" ON "profile_changes"("from_segment", "position", "customer_id");
CREATE INDEX "profile_changes_to_segment_position_customer_id_idx" ON "profile_changes"("to_segment", "position", "customer_id");
CREATE INDEX "profile_changes_expires_at_idx" ON "profile_changes"("expires_at");
CREATE UNIQUE INDEX "audiences_definition_key" ON "audiences"("definition");
CREATE INDEX "audience_members_customer_id_idx" ON "audience_members"("customer_id");
CREATE INDEX "audience_changes_customer_id_idx" ON "audience_changes"("customer_id");
CREATE INDEX "pending_merges_done_at_sequence_idx" ON "pending_merges"("done_at", "sequence");
CREATE INDEX "merges_from_subject_position_idx" ON "merges"("from_subject", "position");
CREATE INDEX "merges_into_subject_position_idx" ON "merges"("into_subject", "position");
CREATE UNIQUE INDEX "erasures_hash_key" ON "erasures"("hash");
CREATE INDEX "erasures_position_idx" ON "erasures"("position");
CREATE INDEX "orders_placed_at_id_idx" ON "orders"("placed_at", "id");
CREATE INDEX "orders_customer_id_placed_at_id_idx" ON "orders"("customer_id", "placed_at", "id");
CREATE INDEX "orders_session_id_idx" ON "orders"("session_id");
CREATE INDEX "orders_placed_by_idx" ON "orders"("placed_by");
CREATE INDEX "orders_status_placed_at_id_idx" ON "orders"("status", "placed_at", "id");
CREATE INDEX "payments_order_id_idx" ON "payments"("order_id");
CREATE INDEX "shipments_order_id_idx" ON "shipments"("order_id");
CREATE INDEX "shipments_started_at_id_idx" ON "shipments"("started_at", "id");
CREATE INDEX "shipments_status_started_at_id_idx" ON "shipments"("status", "started_at", "id");
CREATE INDEX "shipments_carrier_started_at_id_idx" ON "shipments"("carrier", "started_at", "id");
CREATE UNIQUE INDEX "api_keys_secret_hash_key" ON "api_keys"("secret_hash");
CREATE INDEX "stream_windows_stream_version_start_at_key_rank_idx" ON "stream_windows"("stream", "version", "start_at", "key_rank");
CREATE INDEX "stream_windows_stream_version_end_at_idx" ON "stream_windows"("stream", "version", "end_at");
CREATE INDEX "stream_join_events_stream_version_imported_last_at_idx" ON "stream_join_events"("stream", "version", "imported", "last_at");
CREATE INDEX "process_slices_at_idx" ON "process_slices"("at");
CREATE INDEX "alerts_started_at_id_idx" ON "alerts"("started_at", "id");
CREATE INDEX "alerts_updated_at_idx" ON "alerts"("updated_at");
CREATE UNIQUE INDEX "alerts_rule_key_open_key" ON "alerts"("rule", "key", "open");
CREATE INDEX "webhook_deliveries_state_due_at_idx" ON "webhook_deliveries"("state", "due_at");
CREATE INDEX "webhook_deliveries_webhook_state_due_at_idx" ON "webhook_deliveries"("webhook", "state", "due_at");
CREATE INDEX "webhook_deliveries_webhook_created_at_idx" ON "webhook_deliveries"("webhook", "created_at");
CREATE INDEX "webhook_deliveries_alert_idx" ON "webhook_deliveries"("alert");
CREATE UNIQUE INDEX "webhook_deliveries_webhook_alert_revision_key" ON "webhook_deliveries"("webhook", "alert", "revision");
CREATE UNIQUE INDEX "webhook_deliveries_webhook_position_key" ON "webhook_deliveries"("webhook", "position");
CREATE INDEX "artefacts_kind_position_idx" ON "artefacts"("kind", "position");
CREATE UNIQUE INDEX "model_versions_kind_number_key" ON "model_versions"("kind", "number");
CREATE UNIQUE INDEX "jobs_open_key" ON "jobs"("open");
CREATE INDEX "jobs_ended_at_idx" ON "jobs"("ended_at");
CREATE INDEX "searches_query_owner_idx" ON "searches"("query", "owner");
CREATE INDEX "searches_owner_idx" ON "searches"("owner");
CREATE INDEX "searches_occurred_at_idx" ON "searches"("occurred_at");
CREATE INDEX "search_reactions_request_id_idx" ON "search_reactions"("request_id");
CREATE INDEX "search_reactions_occurred_at_idx" ON "search_reactions"("occurred_at");
CREATE INDEX "query_days_day_searches_idx" ON "query_days"("day", "searches");
CREATE INDEX "query_days_day_without_results_idx" ON "query_days"("day", "without_results");
CREATE INDEX "past_queries_popularity_idx" ON "past_queries"("popularity");

-- Foreign keys

ALTER TABLE "artefact_chunks" ADD CONSTRAINT "artefact_chunks_artefact_id_fkey" FOREIGN KEY ("artefact_id") REFERENCES "artefacts"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "active_models" ADD CONSTRAINT "active_models_artefact_id_fkey" FOREIGN KEY ("artefact_id") REFERENCES "artefacts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Rows

-- Each transaction that changes the shop ends with an update of this row.
INSERT INTO "log_position" ("id", "position") VALUES (1, 0);

-- Storage

-- Checkpoints and models are columns of numbers. PostgreSQL would spend four times as long on compressing them as on
-- storing them, for a quarter less space.
ALTER TABLE "artefact_chunks" ALTER COLUMN "bytes" SET STORAGE EXTERNAL;

-- Windows of today change with each merge. If a page has room, the changed row stays in it and no index is written, which
-- takes less than half of the write-ahead log.
ALTER TABLE "stream_windows" SET (fillfactor = 50);

-- Recently written events are found by time, too.
ALTER INDEX "events_occurred_at_idx" SET (autosummarize = on);

-- Checks

-- A release that can't be compared would stop all workers.
ALTER TABLE "inbox" ADD CONSTRAINT "inbox_min_release_check" CHECK ("min_release" ~ '^\d+\.\d+\.\d+$');

-- Partial indexes

-- Few batches of the last hour are unfinished.
CREATE INDEX "inbox_unfinished_idx" ON "inbox" ("sequence") WHERE "done_at" IS NULL;
-- Few positions of the last hour change orders.
CREATE INDEX "outbox_orders_idx" ON "outbox" ("position") WHERE "orders" IS NOT NULL;
-- Few of all stored alerts are open. They are read every second.
CREATE INDEX "alerts_open_idx" ON "alerts"("rule") WHERE "open";
-- Alerts that never fired are deleted after a day, the others after 90.
CREATE INDEX "alerts_unfired_idx" ON "alerts"("updated_at") WHERE "state" = 'RESOLVED' AND "fired_at" IS NULL;
-- Delivered parcels whose orders may have to follow.
CREATE INDEX "shipments_awaiting_idx" ON "shipments"("order_id") WHERE "awaits_order";
-- Late parcels: delivered too late, and still to be delivered.
CREATE INDEX "shipments_delivered_late_idx" ON "shipments"("started_at", "id") WHERE "delivered_at" > "promised_at";
CREATE INDEX "shipments_promised_idx" ON "shipments"("promised_at") WHERE "delivered_at" IS NULL AND "promised_at" IS NOT NULL;

-- Triggers

-- A merged month is valid as long as its row exists: any change of one of its windows, by any release, deletes the row.
CREATE FUNCTION "forget_stream_months"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM stream_months m WHERE EXISTS (
    SELECT FROM changed_windows w
    WHERE w.stream = m.stream AND w.version = m.version AND w.start_at >= m.start_at AND w.start_at < m.end_at);
  RETURN NULL;
END $$;

CREATE TRIGGER "forget_months_on_insert" AFTER INSERT ON "stream_windows"
  REFERENCING NEW TABLE AS changed_windows FOR EACH STATEMENT EXECUTE FUNCTION "forget_stream_months"();
CREATE TRIGGER "forget_months_on_update" AFTER UPDATE ON "stream_windows"
  REFERENCING NEW TABLE AS changed_windows FOR EACH STATEMENT EXECUTE FUNCTION "forget_stream_months"();
CREATE TRIGGER "forget_months_on_delete" AFTER DELETE ON "stream_windows"
  REFERENCING OLD TABLE AS changed_windows FOR EACH STATEMENT EXECUTE FUNCTION "forget_stream_months"();

-- Any change, by any release, of what the condition of an audience reads marks the customer. The rows have no unique key,
-- so that concurrent transactions neither wait for each other nor deadlock.
CREATE FUNCTION "mark_audience_customers"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audience_changes (customer_id) SELECT c.id FROM changed_customers c;
  RETURN NULL;
END $$;

CREATE TRIGGER "mark_audiences_on_insert" AFTER INSERT ON "customers"
  REFERENCING NEW TABLE AS changed_customers FOR EACH STATEMENT EXECUTE FUNCTION "mark_audience_customers"();
CREATE TRIGGER "mark_audiences_on_update" AFTER UPDATE ON "customers"
  REFERENCING NEW TABLE AS changed_customers FOR EACH STATEMENT EXECUTE FUNCTION "mark_audience_customers"();

CREATE FUNCTION "mark_audience_profiles"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audience_changes (customer_id) SELECT p.customer_id FROM changed_profiles p;
  RETURN NULL;
END $$;

CREATE TRIGGER "mark_audiences_on_insert" AFTER INSERT ON "customer_profiles"
  REFERENCING NEW TABLE AS changed_profiles FOR EACH STATEMENT EXECUTE FUNCTION "mark_audience_profiles"();
CREATE TRIGGER "mark_audiences_on_update" AFTER UPDATE ON "customer_profiles"
  REFERENCING NEW TABLE AS changed_profiles FOR EACH STATEMENT EXECUTE FUNCTION "mark_audience_profiles"();
CREATE TRIGGER "mark_audiences_on_delete" AFTER DELETE ON "customer_profiles"
  REFERENCING OLD TABLE AS changed_profiles FOR EACH STATEMENT EXECUTE FUNCTION "mark_audience_profiles"();

-- A customer who was merged into another one is in no audience.
CREATE FUNCTION "mark_audience_merges"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audience_changes (customer_id)
    SELECT substr(s.subject, 3) FROM changed_merges m CROSS JOIN LATERAL (VALUES (m.from_subject), (m.into_subject)) AS s (subject)
    WHERE s.subject LIKE 'c:%';
  RETURN NULL;
END $$;

CREATE TRIGGER "mark_audiences_on_insert" AFTER INSERT ON "merges"
  REFERENCING NEW TABLE AS changed_merges FOR EACH STATEMENT EXECUTE FUNCTION "mark_audience_merges"();
CREATE TRIGGER "mark_audiences_on_update" AFTER UPDATE ON "merges"
  REFERENCING NEW TABLE AS changed_merges FOR EACH STATEMENT EXECUTE FUNCTION "mark_audience_merges"();
