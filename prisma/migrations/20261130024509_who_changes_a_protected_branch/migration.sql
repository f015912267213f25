-- AlterTable
ALTER TABLE "Branch" ADD COLUMN     "developersMayChange" BOOLEAN NOT NULL DEFAULT false;
