-- min-release: 0.5.0
-- The conversations that wait for a person, by their wait: few at any time.
CREATE INDEX conversations_waiting_idx ON conversations (handed_off_at, id) WHERE status = 'WAITING';
