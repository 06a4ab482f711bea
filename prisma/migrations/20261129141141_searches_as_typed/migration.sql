-- min-release: 0.5.0
-- AlterTable
ALTER TABLE "searches" ADD COLUMN     "as_typed" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "clicked_as_typed" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "past_queries" ADD COLUMN     "clickers" INTEGER NOT NULL DEFAULT 0;
