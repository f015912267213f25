-- DropIndex
DROP INDEX "AuditEntry_projectId_at_idx";

-- AlterTable
ALTER TABLE "AuditEntry" ADD COLUMN     "hash" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "previousHash" TEXT NOT NULL DEFAULT '',
ALTER COLUMN "id" SET DEFAULT 0;
DROP SEQUENCE "AuditEntry_id_seq";

-- CreateTable
CREATE TABLE "AuditHead" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "entryId" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "AuditHead_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "AuditEntry_projectId_id_idx" ON "AuditEntry"("projectId", "id");

-- CreateIndex
CREATE INDEX "AuditEntry_actor_id_idx" ON "AuditEntry"("actor", "id");

-- CreateIndex
CREATE INDEX "AuditEntry_action_id_idx" ON "AuditEntry"("action", "id");

-- CreateIndex
CREATE INDEX "AuditEntry_at_idx" ON "AuditEntry"("at");

-- The one canonical form: appending and verifying both ask it. The instant is in milliseconds, so that no session's time zone
-- shows, and jsonb writes its keys in an order of its own. The number is left out: the order is in the hashes, so that an entry
-- that was moved can be told from one that was changed.
CREATE FUNCTION audit_entry_hash(entry "AuditEntry") RETURNS TEXT LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT encode(sha256(convert_to(jsonb_build_array(
    entry."previousHash", (extract(epoch FROM entry."at") * 1000)::bigint, entry."actor", entry."via",
    entry."action", entry."projectId", entry."target", entry."operationId", entry."outcome", entry."words", entry."details"
  )::text, 'UTF8')), 'hex')
$$;

-- The lock on the head is held until the transaction ends: nobody reads a hash that may be rolled back, and a rolled-back entry
-- gives its number back.
CREATE FUNCTION audit_entry_append() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  SELECT "entryId" + 1, "hash" INTO STRICT NEW."id", NEW."previousHash" FROM "AuditHead" WHERE "id" = 1 FOR UPDATE;
  NEW."hash" := audit_entry_hash(NEW);
  UPDATE "AuditHead" SET "entryId" = NEW."id", "hash" = NEW."hash" WHERE "id" = 1;
  RETURN NEW;
END
$$;

CREATE FUNCTION audit_entry_refuse() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit is append-only: % of "%" is refused.', TG_OP, TG_TABLE_NAME;
END
$$;

-- What was written before the chain becomes its beginning.
DO $$
DECLARE
  entry "AuditEntry";
  previous TEXT := '';
BEGIN
  FOR entry IN SELECT * FROM "AuditEntry" ORDER BY "id" LOOP
    entry."previousHash" := previous;
    previous := audit_entry_hash(entry);
    UPDATE "AuditEntry" SET "previousHash" = entry."previousHash", "hash" = previous WHERE "id" = entry."id";
  END LOOP;
  INSERT INTO "AuditHead" ("entryId", "hash") SELECT coalesce(max("id"), 0), previous FROM "AuditEntry";
END
$$;

CREATE TRIGGER audit_entry_append BEFORE INSERT ON "AuditEntry" FOR EACH ROW EXECUTE FUNCTION audit_entry_append();
CREATE TRIGGER audit_entry_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON "AuditEntry" EXECUTE FUNCTION audit_entry_refuse();
CREATE TRIGGER audit_head_refuse BEFORE DELETE OR TRUNCATE ON "AuditHead" EXECUTE FUNCTION audit_entry_refuse();
