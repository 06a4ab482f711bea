-- min-release: 0.5.0
-- CreateTable
CREATE TABLE "order_requests" (
    "id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "text" TEXT,
    "state" TEXT NOT NULL,
    "note" TEXT,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "order_requests_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "order_requests_conversation_id_idx" ON "order_requests"("conversation_id");

-- CreateIndex
CREATE INDEX "order_requests_order_id_idx" ON "order_requests"("order_id");

-- CreateIndex
CREATE INDEX "order_requests_state_requested_at_id_idx" ON "order_requests"("state", "requested_at", "id");

-- CreateIndex
CREATE INDEX "order_requests_requested_at_id_idx" ON "order_requests"("requested_at", "id");
