-- AlterTable
ALTER TABLE "active_models" ALTER COLUMN "artefact_id" DROP NOT NULL;
