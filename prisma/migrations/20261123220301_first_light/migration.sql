-- CreateTable
CREATE TABLE "Source" (
    "id" TEXT NOT NULL,
    "observedAt" TIMESTAMPTZ(3),
    "attemptedAt" TIMESTAMPTZ(3),
    "failingSince" TIMESTAMPTZ(3),
    "error" JSONB,
    "cursor" JSONB NOT NULL DEFAULT '{}',
    "cost" JSONB,
    "leaseOwner" TEXT,
    "leaseUntil" TIMESTAMPTZ(3),

    CONSTRAINT "Source_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Project" (
    "id" INTEGER NOT NULL,
    "pathWithNamespace" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "webUrl" TEXT NOT NULL,
    "defaultBranch" TEXT,
    "archived" BOOLEAN NOT NULL DEFAULT false,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Branch" (
    "projectId" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "sha" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "authorName" TEXT NOT NULL,
    "committedAt" TIMESTAMPTZ(3) NOT NULL,
    "isDefault" BOOLEAN NOT NULL,
    "isProtected" BOOLEAN NOT NULL,
    "isMerged" BOOLEAN NOT NULL,
    "webUrl" TEXT NOT NULL,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Branch_pkey" PRIMARY KEY ("projectId","name")
);

-- CreateTable
CREATE TABLE "MergeRequest" (
    "projectId" INTEGER NOT NULL,
    "iid" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "draft" BOOLEAN NOT NULL,
    "sourceBranch" TEXT NOT NULL,
    "targetBranch" TEXT NOT NULL,
    "sourceProjectId" INTEGER,
    "authorName" TEXT NOT NULL,
    "authorUsername" TEXT NOT NULL,
    "labels" TEXT[],
    "sha" TEXT,
    "mergeCommitSha" TEXT,
    "squashCommitSha" TEXT,
    "webUrl" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "mergedAt" TIMESTAMPTZ(3),
    "closedAt" TIMESTAMPTZ(3),
    "observedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MergeRequest_pkey" PRIMARY KEY ("projectId","iid")
);

-- CreateTable
CREATE TABLE "Pipeline" (
    "id" BIGINT NOT NULL,
    "projectId" INTEGER NOT NULL,
    "iid" BIGINT NOT NULL,
    "ref" TEXT NOT NULL,
    "sha" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "webUrl" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Pipeline_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Environment" (
    "id" BIGINT NOT NULL,
    "projectId" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "tier" TEXT NOT NULL,
    "externalUrl" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "autoStopAt" TIMESTAMPTZ(3),
    "stateSince" TIMESTAMPTZ(3) NOT NULL,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Environment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Deployment" (
    "id" BIGINT NOT NULL,
    "projectId" INTEGER NOT NULL,
    "iid" BIGINT NOT NULL,
    "environmentId" BIGINT NOT NULL,
    "ref" TEXT NOT NULL,
    "sha" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "userName" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),
    "commitTitle" TEXT,
    "jobId" BIGINT,
    "jobName" TEXT,
    "jobStatus" TEXT,
    "jobWebUrl" TEXT,
    "jobUserName" TEXT,
    "pipelineId" BIGINT,
    "pipelineStatus" TEXT,
    "pipelineWebUrl" TEXT,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Deployment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Comparison" (
    "projectId" INTEGER NOT NULL,
    "fromSha" TEXT NOT NULL,
    "toSha" TEXT NOT NULL,
    "commits" JSONB NOT NULL,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Comparison_pkey" PRIMARY KEY ("projectId","fromSha","toSha")
);

-- CreateTable
CREATE TABLE "JobLog" (
    "jobId" BIGINT NOT NULL,
    "projectId" INTEGER NOT NULL,
    "jobName" TEXT NOT NULL,
    "jobStatus" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "truncated" BOOLEAN NOT NULL DEFAULT false,
    "finished" BOOLEAN NOT NULL DEFAULT false,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "JobLog_pkey" PRIMARY KEY ("jobId")
);

-- CreateTable
CREATE TABLE "DokkuHost" (
    "name" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "version" TEXT,
    "plugins" TEXT[],
    "refusedKey" TEXT,
    "observedAt" TIMESTAMPTZ(3),

    CONSTRAINT "DokkuHost_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "DokkuApp" (
    "host" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "locked" BOOLEAN,
    "createdAt" TIMESTAMPTZ(3),
    "deployedSha" TEXT,
    "sourceImage" TEXT,
    "deployedAt" TIMESTAMPTZ(3),
    "observedAt" TIMESTAMPTZ(3) NOT NULL,
    "processes" JSONB,
    "processesAt" TIMESTAMPTZ(3),
    "domains" TEXT[],
    "domainsAt" TIMESTAMPTZ(3),

    CONSTRAINT "DokkuApp_pkey" PRIMARY KEY ("host","name")
);

-- CreateTable
CREATE TABLE "DokkuService" (
    "host" TEXT NOT NULL,
    "plugin" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT,
    "version" TEXT,
    "links" TEXT[],
    "detailAt" TIMESTAMPTZ(3),
    "observedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "DokkuService_pkey" PRIMARY KEY ("host","plugin","name")
);

-- CreateTable
CREATE TABLE "Watch" (
    "subject" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Watch_pkey" PRIMARY KEY ("subject")
);

-- CreateTable
CREATE TABLE "RequestBudget" (
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "used" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "RequestBudget_pkey" PRIMARY KEY ("minute")
);

-- CreateTable
CREATE TABLE "BoardRow" (
    "projectId" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "branchName" TEXT,
    "environmentId" BIGINT,
    "appHost" TEXT,
    "appName" TEXT,
    "databaseName" TEXT,
    "search" TEXT NOT NULL,
    "health" TEXT NOT NULL,
    "healthRank" INTEGER NOT NULL,
    "environmentState" TEXT NOT NULL,
    "mergeRequestState" TEXT NOT NULL,
    "attentionKinds" TEXT[],
    "author" TEXT NOT NULL,
    "activeAt" TIMESTAMPTZ(3) NOT NULL,
    "value" JSONB NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "BoardRow_pkey" PRIMARY KEY ("projectId","key")
);

-- CreateTable
CREATE TABLE "BoardSummary" (
    "projectId" INTEGER NOT NULL,
    "value" JSONB NOT NULL,
    "decidedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "BoardSummary_pkey" PRIMARY KEY ("projectId")
);

-- CreateTable
CREATE TABLE "Operation" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "projectId" INTEGER NOT NULL,
    "environmentId" BIGINT,
    "activeSubject" TEXT,
    "input" JSONB NOT NULL,
    "plan" JSONB NOT NULL,
    "steps" JSONB NOT NULL,
    "error" JSONB,
    "jobId" BIGINT,
    "requestedBy" TEXT NOT NULL,
    "requestedVia" TEXT NOT NULL,
    "leaseOwner" TEXT,
    "leaseUntil" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Operation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "via" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "projectId" INTEGER,
    "target" TEXT NOT NULL,
    "operationId" TEXT,
    "outcome" TEXT NOT NULL,
    "words" TEXT NOT NULL,
    "details" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OperatorPassword" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "hash" TEXT NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "OperatorPassword_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "tokenHash" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "tokenHash" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateTable
CREATE TABLE "SignInFailure" (
    "id" BIGSERIAL NOT NULL,
    "address" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SignInFailure_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Project_pathWithNamespace_key" ON "Project"("pathWithNamespace");

-- CreateIndex
CREATE INDEX "MergeRequest_projectId_sourceBranch_idx" ON "MergeRequest"("projectId", "sourceBranch");

-- CreateIndex
CREATE INDEX "Pipeline_projectId_ref_id_idx" ON "Pipeline"("projectId", "ref", "id" DESC);

-- CreateIndex
CREATE INDEX "Pipeline_projectId_sha_idx" ON "Pipeline"("projectId", "sha");

-- CreateIndex
CREATE INDEX "Environment_projectId_name_idx" ON "Environment"("projectId", "name");

-- CreateIndex
CREATE INDEX "Deployment_projectId_environmentId_iid_idx" ON "Deployment"("projectId", "environmentId", "iid" DESC);

-- CreateIndex
CREATE INDEX "Deployment_projectId_updatedAt_idx" ON "Deployment"("projectId", "updatedAt");

-- CreateIndex
CREATE INDEX "BoardRow_projectId_zone_activeAt_key_idx" ON "BoardRow"("projectId", "zone", "activeAt" DESC, "key");

-- CreateIndex
CREATE INDEX "BoardRow_projectId_zone_healthRank_activeAt_key_idx" ON "BoardRow"("projectId", "zone", "healthRank", "activeAt" DESC, "key");

-- CreateIndex
CREATE INDEX "BoardRow_projectId_zone_branchName_key_idx" ON "BoardRow"("projectId", "zone", "branchName", "key");

-- CreateIndex
CREATE INDEX "BoardRow_projectId_environmentId_idx" ON "BoardRow"("projectId", "environmentId");

-- CreateIndex
CREATE INDEX "BoardRow_projectId_appName_idx" ON "BoardRow"("projectId", "appName");

-- CreateIndex
CREATE UNIQUE INDEX "Operation_activeSubject_key" ON "Operation"("activeSubject");

-- CreateIndex
CREATE INDEX "Operation_projectId_createdAt_idx" ON "Operation"("projectId", "createdAt" DESC);

-- CreateIndex
CREATE INDEX "Operation_projectId_environmentId_createdAt_idx" ON "Operation"("projectId", "environmentId", "createdAt" DESC);

-- CreateIndex
CREATE INDEX "AuditEntry_projectId_at_idx" ON "AuditEntry"("projectId", "at" DESC);

-- CreateIndex
CREATE INDEX "AuditEntry_operationId_idx" ON "AuditEntry"("operationId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_name_key" ON "ApiToken"("name");

-- CreateIndex
CREATE INDEX "SignInFailure_address_at_idx" ON "SignInFailure"("address", "at");

-- AddForeignKey
ALTER TABLE "Branch" ADD CONSTRAINT "Branch_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MergeRequest" ADD CONSTRAINT "MergeRequest_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Pipeline" ADD CONSTRAINT "Pipeline_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Environment" ADD CONSTRAINT "Environment_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Deployment" ADD CONSTRAINT "Deployment_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BoardRow" ADD CONSTRAINT "BoardRow_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The board is searched by reading its rows one after the other. Their values are stored apart and as they are, so that
-- this reads a fifth of the pages, and a value is unpacked only for a row that is shown.
ALTER TABLE "BoardRow" ALTER COLUMN "value" SET STORAGE EXTERNAL, ALTER COLUMN "search" SET STORAGE MAIN;
ALTER TABLE "BoardRow" SET (toast_tuple_target = 1024);
