-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "conversation_messages" ADD COLUMN     "review" TEXT;

-- The queue of questions to review, the newest first.
CREATE INDEX conversation_messages_review_idx ON conversation_messages (sent_at, conversation_id, ordinal) WHERE review IS NOT NULL;
