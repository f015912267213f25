-- AlterTable
ALTER TABLE "BoardRow" RENAME COLUMN "attentionKinds" TO "findingKinds";

-- Rows of the shape before would not be understood; the first look decides them anew.
DELETE FROM "BoardRow";
DELETE FROM "BoardSummary";

-- AlterTable
ALTER TABLE "DokkuApp" ADD COLUMN     "configKeys" TEXT[],
ADD COLUMN     "detailAt" TIMESTAMPTZ(3),
ADD COLUMN     "scale" JSONB,
ADD COLUMN     "usage" JSONB,
ADD COLUMN     "usageAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "DokkuHost" ADD COLUMN     "berthPlugin" TEXT,
ADD COLUMN     "diskFreeBytes" BIGINT,
ADD COLUMN     "diskTotalBytes" BIGINT;

-- AlterTable
ALTER TABLE "DokkuService" ADD COLUMN     "sizeBytes" BIGINT;

-- AlterTable
ALTER TABLE "Operation" ADD COLUMN     "cancelRequestedBy" TEXT;

-- CreateTable
CREATE TABLE "DokkuEvent" (
    "id" BIGSERIAL NOT NULL,
    "host" TEXT NOT NULL,
    "app" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "process" TEXT,
    "words" TEXT NOT NULL,

    CONSTRAINT "DokkuEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "UrlProbe" (
    "environmentId" BIGINT NOT NULL,
    "projectId" INTEGER NOT NULL,
    "url" TEXT NOT NULL,
    "status" INTEGER,
    "latencyMs" INTEGER,
    "certificateExpiresAt" TIMESTAMPTZ(3),
    "redirectTo" TEXT,
    "finalStatus" INTEGER,
    "failure" JSONB,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "failingSince" TIMESTAMPTZ(3),
    "observedAt" TIMESTAMPTZ(3),
    "nextAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "UrlProbe_pkey" PRIMARY KEY ("environmentId")
);

-- CreateTable
CREATE TABLE "Finding" (
    "id" TEXT NOT NULL,
    "activeKey" TEXT,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "projectId" INTEGER,
    "host" TEXT,
    "environmentId" BIGINT,
    "severity" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "closedAt" TIMESTAMPTZ(3),
    "unknownSince" TIMESTAMPTZ(3),
    "snoozedUntil" TIMESTAMPTZ(3),
    "snoozedBy" TEXT,
    "snoozeReason" TEXT,

    CONSTRAINT "Finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "NamingClaim" (
    "id" TEXT NOT NULL,
    "projectId" INTEGER NOT NULL,
    "host" TEXT NOT NULL,
    "pattern" TEXT NOT NULL,
    "claimedBy" TEXT NOT NULL,
    "claimedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "NamingClaim_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SweepItem" (
    "operationId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "victim" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "words" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SweepItem_pkey" PRIMARY KEY ("operationId","position")
);

-- CreateIndex
CREATE INDEX "DokkuEvent_host_app_at_idx" ON "DokkuEvent"("host", "app", "at" DESC);

-- CreateIndex
CREATE INDEX "DokkuEvent_at_idx" ON "DokkuEvent"("at");

-- CreateIndex
CREATE INDEX "UrlProbe_nextAt_idx" ON "UrlProbe"("nextAt");

-- CreateIndex
CREATE INDEX "UrlProbe_projectId_idx" ON "UrlProbe"("projectId");

-- CreateIndex
CREATE UNIQUE INDEX "Finding_activeKey_key" ON "Finding"("activeKey");

-- CreateIndex
CREATE INDEX "Finding_projectId_closedAt_idx" ON "Finding"("projectId", "closedAt");

-- CreateIndex
CREATE INDEX "Finding_host_closedAt_idx" ON "Finding"("host", "closedAt");

-- CreateIndex
CREATE INDEX "Finding_environmentId_idx" ON "Finding"("environmentId");

-- CreateIndex
CREATE INDEX "Finding_subject_idx" ON "Finding"("subject");

-- CreateIndex
CREATE INDEX "NamingClaim_projectId_idx" ON "NamingClaim"("projectId");

-- CreateIndex
CREATE UNIQUE INDEX "NamingClaim_host_pattern_key" ON "NamingClaim"("host", "pattern");
