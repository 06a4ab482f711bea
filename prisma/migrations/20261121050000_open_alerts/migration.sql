-- Prisma's language has no partial indexes: these are listed in test/integration/migrations-match-datamodel.test.ts.

-- CreateIndex: the few that are open, among all that ever were; looked at every second.
CREATE INDEX "alerts_open_idx" ON "alerts"("rule") WHERE "open";

-- CreateIndex: those that never fired are kept for a day, the others for 90.
CREATE INDEX "alerts_unfired_idx" ON "alerts"("updated_at") WHERE "state" = 'RESOLVED' AND "fired_at" IS NULL;
