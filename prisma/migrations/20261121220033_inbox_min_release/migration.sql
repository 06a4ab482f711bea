-- AlterTable
ALTER TABLE "inbox" ADD COLUMN     "min_release" TEXT CHECK ("min_release" ~ '^\d+\.\d+\.\d+$');
