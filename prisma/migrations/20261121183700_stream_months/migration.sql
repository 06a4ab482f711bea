-- min-release: 0.1.0
-- CreateTable
CREATE TABLE "stream_months" (
    "stream" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "start_at" TIMESTAMPTZ(3) NOT NULL,
    "end_at" TIMESTAMPTZ(3) NOT NULL,
    "state" BYTEA NOT NULL,

    CONSTRAINT "stream_months_pkey" PRIMARY KEY ("stream","version","start_at")
);

-- A month is right as long as it is there: whoever changes one of its windows, of whatever release, deletes it.
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
