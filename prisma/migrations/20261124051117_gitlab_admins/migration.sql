-- AlterTable
ALTER TABLE "Person" ADD COLUMN     "isGitlabAdmin" BOOLEAN NOT NULL DEFAULT false;
