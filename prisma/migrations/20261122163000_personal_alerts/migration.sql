-- min-release: 0.1.0
-- An erasure deletes the alerts whose key may identify a person. Whether it may is known when an alert is raised, but no
-- longer after its rule or its stream was changed.
-- AlterTable
ALTER TABLE "alerts" ADD COLUMN     "personal" BOOLEAN NOT NULL DEFAULT true;
-- An alert that was raised since its rule was last changed comes from the present source of the rule.
UPDATE "alerts" a SET "personal" = false FROM "alert_rules" r
WHERE r."id" = a."rule" AND a."started_at" >= r."updated_at" AND r."spec"->>'source' <> 'WINDOWS';
