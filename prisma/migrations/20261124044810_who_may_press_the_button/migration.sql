-- AlterTable
ALTER TABLE "ApiToken" ADD COLUMN     "scope" TEXT NOT NULL DEFAULT 'act';

-- AlterTable
ALTER TABLE "Operation" ADD COLUMN     "requestedById" TEXT;

-- CreateTable
CREATE TABLE "ProjectSettings" (
    "projectId" INTEGER NOT NULL,
    "value" JSONB NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,
    "changedBy" TEXT NOT NULL,

    CONSTRAINT "ProjectSettings_pkey" PRIMARY KEY ("projectId")
);

-- CreateTable
CREATE TABLE "FreezePeriod" (
    "projectId" INTEGER NOT NULL,
    "id" INTEGER NOT NULL,
    "freezeStart" TEXT NOT NULL,
    "freezeEnd" TEXT NOT NULL,
    "timeZone" TEXT NOT NULL,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "FreezePeriod_pkey" PRIMARY KEY ("projectId","id")
);

-- CreateTable
CREATE TABLE "DeployLock" (
    "id" TEXT NOT NULL,
    "projectId" INTEGER NOT NULL,
    "environmentId" BIGINT,
    "reason" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "endedBy" TEXT,

    CONSTRAINT "DeployLock_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Approval" (
    "id" TEXT NOT NULL,
    "projectId" INTEGER NOT NULL,
    "environmentId" BIGINT NOT NULL,
    "sha" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "requestedBy" TEXT NOT NULL,
    "requestedById" TEXT,
    "requestedAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "answer" TEXT,
    "answeredBy" TEXT,
    "answeredById" TEXT,
    "answeredAt" TIMESTAMPTZ(3),
    "answerWords" TEXT,
    "operationId" TEXT,

    CONSTRAINT "Approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PolicyWarning" (
    "environmentId" BIGINT NOT NULL,
    "policy" TEXT NOT NULL,
    "projectId" INTEGER NOT NULL,
    "warnedAt" TIMESTAMPTZ(3) NOT NULL,
    "actsAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PolicyWarning_pkey" PRIMARY KEY ("environmentId","policy")
);

-- CreateTable
CREATE TABLE "KeepAlive" (
    "environmentId" BIGINT NOT NULL,
    "projectId" INTEGER NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "KeepAlive_pkey" PRIMARY KEY ("environmentId")
);

-- CreateTable
CREATE TABLE "Webhook" (
    "projectId" INTEGER NOT NULL,
    "hookId" BIGINT,
    "token" TEXT NOT NULL,
    "signingKey" TEXT,
    "installedBy" TEXT NOT NULL,
    "installedAt" TIMESTAMPTZ(3) NOT NULL,
    "deliveries" INTEGER NOT NULL DEFAULT 0,
    "refusals" INTEGER NOT NULL DEFAULT 0,
    "lastDeliveryAt" TIMESTAMPTZ(3),
    "lastRefusalAt" TIMESTAMPTZ(3),
    "lastRefusal" TEXT,
    "gitlabStatus" TEXT,
    "checkedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Webhook_pkey" PRIMARY KEY ("projectId")
);

-- CreateTable
CREATE TABLE "WebhookDelivery" (
    "key" TEXT NOT NULL,
    "projectId" INTEGER NOT NULL,
    "event" TEXT NOT NULL,
    "hints" JSONB NOT NULL,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL,
    "handledAt" TIMESTAMPTZ(3),

    CONSTRAINT "WebhookDelivery_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "Announcement" (
    "id" BIGSERIAL NOT NULL,
    "topics" TEXT[],
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Announcement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Channel" (
    "id" TEXT NOT NULL,
    "projectId" INTEGER,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "secret" TEXT,
    "rules" JSONB NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Channel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OutboxMessage" (
    "id" TEXT NOT NULL,
    "channelId" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "dedupe" TEXT,
    "status" TEXT NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "lastError" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "OutboxMessage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Person" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "emailVerified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "username" TEXT NOT NULL,
    "gitlabId" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "accessAt" TIMESTAMPTZ(3),

    CONSTRAINT "Person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PersonSession" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "ipAddress" TEXT,
    "userAgent" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PersonSession_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "GitlabAccount" (
    "id" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "accessToken" TEXT,
    "refreshToken" TEXT,
    "idToken" TEXT,
    "accessTokenExpiresAt" TIMESTAMPTZ(3),
    "refreshTokenExpiresAt" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "failure" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "GitlabAccount_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SignInState" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SignInState_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Membership" (
    "personId" TEXT NOT NULL,
    "projectId" INTEGER NOT NULL,
    "role" TEXT NOT NULL,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("personId","projectId")
);

-- CreateTable
CREATE TABLE "RateCount" (
    "key" TEXT NOT NULL,
    "windowAt" TIMESTAMPTZ(3) NOT NULL,
    "used" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "RateCount_pkey" PRIMARY KEY ("key","windowAt")
);

-- CreateIndex
CREATE INDEX "DeployLock_projectId_endedAt_idx" ON "DeployLock"("projectId", "endedAt");

-- CreateIndex
CREATE INDEX "Approval_projectId_environmentId_requestedAt_idx" ON "Approval"("projectId", "environmentId", "requestedAt" DESC);

-- CreateIndex
CREATE INDEX "PolicyWarning_projectId_idx" ON "PolicyWarning"("projectId");

-- CreateIndex
CREATE INDEX "KeepAlive_projectId_idx" ON "KeepAlive"("projectId");

-- CreateIndex
CREATE INDEX "WebhookDelivery_projectId_handledAt_idx" ON "WebhookDelivery"("projectId", "handledAt");

-- CreateIndex
CREATE INDEX "WebhookDelivery_receivedAt_idx" ON "WebhookDelivery"("receivedAt");

-- CreateIndex
CREATE INDEX "Announcement_at_idx" ON "Announcement"("at");

-- CreateIndex
CREATE INDEX "Channel_projectId_idx" ON "Channel"("projectId");

-- CreateIndex
CREATE INDEX "OutboxMessage_status_nextAt_idx" ON "OutboxMessage"("status", "nextAt");

-- CreateIndex
CREATE INDEX "OutboxMessage_channelId_createdAt_idx" ON "OutboxMessage"("channelId", "createdAt" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "OutboxMessage_channelId_dedupe_key" ON "OutboxMessage"("channelId", "dedupe");

-- CreateIndex
CREATE UNIQUE INDEX "Person_email_key" ON "Person"("email");

-- CreateIndex
CREATE UNIQUE INDEX "Person_gitlabId_key" ON "Person"("gitlabId");

-- CreateIndex
CREATE UNIQUE INDEX "PersonSession_token_key" ON "PersonSession"("token");

-- CreateIndex
CREATE INDEX "PersonSession_userId_idx" ON "PersonSession"("userId");

-- CreateIndex
CREATE INDEX "GitlabAccount_userId_idx" ON "GitlabAccount"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "GitlabAccount_providerId_accountId_key" ON "GitlabAccount"("providerId", "accountId");

-- CreateIndex
CREATE INDEX "SignInState_identifier_idx" ON "SignInState"("identifier");

-- CreateIndex
CREATE INDEX "RateCount_windowAt_idx" ON "RateCount"("windowAt");

-- AddForeignKey
ALTER TABLE "PersonSession" ADD CONSTRAINT "PersonSession_userId_fkey" FOREIGN KEY ("userId") REFERENCES "Person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GitlabAccount" ADD CONSTRAINT "GitlabAccount_userId_fkey" FOREIGN KEY ("userId") REFERENCES "Person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE CASCADE ON UPDATE CASCADE;
