-- min-release: 0.5.0
-- In a migration of its own: it reads the whole table, and does not block those who read it.
-- CreateIndex
CREATE INDEX "searches_clicked_as_typed_idx" ON "searches" ("query", "owner") WHERE "clicked_as_typed";
