-- min-release: 0.1.0
-- Checkpoints and models are columns of numbers: PostgreSQL would spend four times as long on compressing them as on storing
-- them, for a quarter less space.
ALTER TABLE "artefact_chunks" ALTER COLUMN "bytes" SET STORAGE EXTERNAL;
