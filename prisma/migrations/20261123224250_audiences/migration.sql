-- min-release: 0.3.0
-- CreateTable
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

-- CreateTable
CREATE TABLE "audience_members" (
    "definition" BIGINT NOT NULL,
    "customer_id" TEXT NOT NULL,

    CONSTRAINT "audience_members_pkey" PRIMARY KEY ("definition","customer_id")
);

-- CreateTable
CREATE TABLE "audience_changes" (
    "id" BIGSERIAL NOT NULL,
    "customer_id" TEXT NOT NULL,

    CONSTRAINT "audience_changes_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "audiences_definition_key" ON "audiences"("definition");

-- CreateIndex
CREATE INDEX "audience_members_customer_id_idx" ON "audience_members"("customer_id");

-- CreateIndex
CREATE INDEX "audience_changes_customer_id_idx" ON "audience_changes"("customer_id");

-- Whoever changes what the condition of an audience reads, of whatever release, marks the customer. The rows have no
-- unique key, so that concurrent transactions neither wait for each other nor deadlock.
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
