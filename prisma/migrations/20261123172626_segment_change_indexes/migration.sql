-- min-release: 0.3.0
-- CreateIndex
CREATE INDEX "profile_changes_from_segment_position_customer_id_idx" ON "profile_changes"("from_segment", "position", "customer_id");

-- CreateIndex
CREATE INDEX "profile_changes_to_segment_position_customer_id_idx" ON "profile_changes"("to_segment", "position", "customer_id");
