-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "conversations" ADD COLUMN "settles_at" TIMESTAMPTZ(3);

-- Of older ones, nobody knows now what else the customer has written.
UPDATE "conversations" SET "settles_at" = "updated_at" + interval '72 hours'
WHERE "status" = 'AUTOMATIC' AND "message_count" > 0 AND "updated_at" > now() - interval '72 hours';

-- Those whose last message is less than three days old.
CREATE INDEX conversations_settling_idx ON conversations (settles_at, id) WHERE settles_at IS NOT NULL;
