-- min-release: 0.5.0
-- CreateTable
CREATE TABLE "conversations" (
    "id" UUID NOT NULL,
    "customer_id" TEXT,
    "session_id" TEXT,
    "order_id" TEXT,
    "language" TEXT,
    "status" TEXT NOT NULL,
    "operator_id" TEXT,
    "operator_name" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "handed_off_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "message_count" INTEGER NOT NULL DEFAULT 0,
    "position" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "conversations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "conversation_messages" (
    "conversation_id" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "client_id" TEXT,
    "author" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,
    "choice" JSONB,
    "awaits_answer" BOOLEAN NOT NULL DEFAULT false,
    "answer_to" INTEGER,
    "understood" JSONB,
    "content" JSONB,
    "operator_name" TEXT,
    "helpful" BOOLEAN,

    CONSTRAINT "conversation_messages_pkey" PRIMARY KEY ("conversation_id","ordinal")
);

-- CreateTable
CREATE TABLE "articles" (
    "id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "url" TEXT,
    "language" TEXT,
    "intents" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "articles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "intent_examples" (
    "id" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "intent" TEXT NOT NULL,
    "conversation_id" UUID,
    "position" BIGINT NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "intent_examples_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "conversations_customer_id_idx" ON "conversations"("customer_id");

-- CreateIndex
CREATE INDEX "conversations_session_id_idx" ON "conversations"("session_id");

-- CreateIndex
CREATE INDEX "conversations_order_id_idx" ON "conversations"("order_id");

-- CreateIndex
CREATE INDEX "conversations_status_updated_at_id_idx" ON "conversations"("status", "updated_at", "id");

-- CreateIndex
CREATE INDEX "conversations_updated_at_id_idx" ON "conversations"("updated_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "conversation_messages_conversation_id_client_id_key" ON "conversation_messages"("conversation_id", "client_id");

-- CreateIndex
CREATE UNIQUE INDEX "conversation_messages_conversation_id_answer_to_key" ON "conversation_messages"("conversation_id", "answer_to");

-- CreateIndex
CREATE INDEX "intent_examples_position_idx" ON "intent_examples"("position");

-- CreateIndex
CREATE INDEX "intent_examples_conversation_id_idx" ON "intent_examples"("conversation_id");

-- The messages that a crash may have left without an answer: few at any time.
CREATE INDEX conversation_messages_awaiting_idx ON conversation_messages (sent_at) WHERE awaits_answer;
