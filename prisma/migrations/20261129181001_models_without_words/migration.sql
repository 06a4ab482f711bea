-- min-release: 0.5.0
-- Versions of the search ranking and of the model of intents contained words that people had written. This release can't
-- read them, and fits new ones.
DELETE FROM "active_models" WHERE "kind" IN ('search', 'intents');
DELETE FROM "artefacts" WHERE "kind" IN ('search', 'intents');
