-- CreateTable
CREATE TABLE "WiringReport" (
    "projectId" INTEGER NOT NULL,
    "checks" JSONB NOT NULL,
    "checkedAt" TIMESTAMPTZ(3) NOT NULL,
    "checkedBy" TEXT NOT NULL,

    CONSTRAINT "WiringReport_pkey" PRIMARY KEY ("projectId")
);

-- CreateTable
CREATE TABLE "DeployKey" (
    "projectId" INTEGER NOT NULL,
    "publicKey" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "createdBy" TEXT NOT NULL,

    CONSTRAINT "DeployKey_pkey" PRIMARY KEY ("projectId")
);
