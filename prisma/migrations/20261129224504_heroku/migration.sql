-- CreateTable
CREATE TABLE "HerokuAccount" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "email" TEXT,
    "requestsLeft" INTEGER,
    "observedAt" TIMESTAMPTZ(3),

    CONSTRAINT "HerokuAccount_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "HerokuApp" (
    "name" TEXT NOT NULL,
    "hostname" TEXT,
    "maintenance" BOOLEAN NOT NULL,
    "stack" TEXT NOT NULL,
    "dynos" JSONB NOT NULL,
    "formation" JSONB NOT NULL,
    "domains" TEXT[],
    "configKeys" TEXT[],
    "detailAt" TIMESTAMPTZ(3) NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "HerokuApp_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "HerokuRelease" (
    "app" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "slugId" TEXT,
    "current" BOOLEAN NOT NULL,
    "by" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "HerokuRelease_pkey" PRIMARY KEY ("app","version")
);

-- CreateTable
CREATE TABLE "HerokuSlug" (
    "id" TEXT NOT NULL,
    "commit" TEXT,

    CONSTRAINT "HerokuSlug_pkey" PRIMARY KEY ("id")
);
