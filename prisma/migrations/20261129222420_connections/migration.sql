-- CreateTable
CREATE TABLE "GitlabConnection" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "url" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "tokenFacts" JSONB NOT NULL,
    "oauthId" TEXT,
    "oauthSecret" TEXT,
    "admins" TEXT[],
    "operatorEnters" BOOLEAN NOT NULL DEFAULT true,
    "projects" TEXT[],
    "chosenAt" TIMESTAMPTZ(3),
    "changedAt" TIMESTAMPTZ(3) NOT NULL,
    "changedBy" TEXT NOT NULL,

    CONSTRAINT "GitlabConnection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "HostConnection" (
    "name" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "user" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "publicKey" TEXT NOT NULL,
    "privateKey" TEXT NOT NULL,
    "hostKeyFingerprint" TEXT,
    "shownFingerprint" TEXT NOT NULL,
    "shownType" TEXT NOT NULL,
    "connectedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "createdBy" TEXT NOT NULL,

    CONSTRAINT "HostConnection_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "HerokuConnection" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "apiKey" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,
    "changedBy" TEXT NOT NULL,

    CONSTRAINT "HerokuConnection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ProjectMapping" (
    "pathWithNamespace" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,
    "changedBy" TEXT NOT NULL,

    CONSTRAINT "ProjectMapping_pkey" PRIMARY KEY ("pathWithNamespace")
);

-- CreateTable
CREATE TABLE "SetupProgress" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "demoLeftAt" TIMESTAMPTZ(3),
    "skipped" TEXT[],

    CONSTRAINT "SetupProgress_pkey" PRIMARY KEY ("id")
);
