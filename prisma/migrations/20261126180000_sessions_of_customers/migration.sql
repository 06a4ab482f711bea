-- Who else was signed in in a session: asked when a person's data is exported.
CREATE INDEX "events_signed_in_session_idx" ON "events" ("session_id") WHERE "customer_id" IS NOT NULL AND "session_id" IS NOT NULL;
