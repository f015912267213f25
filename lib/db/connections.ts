import type { HostRole, StoredConnections, StoredHost, TokenFacts } from '../domain/connections.ts'
import type { Mapping } from '../domain/mapping.ts'
import type { Seal } from '../seal.ts'
import type { Database, Transaction } from './client.ts'
import type { HerokuConnection, Prisma } from './generated/client.ts'

/** What every process hears when something was connected, changed or removed. */
export const connectionsTopic = 'connections'

/** What seals each secret to its place. */
export const purposes = {
  gitlabToken: 'gitlab connection: token',
  oauthSecret: 'gitlab connection: oauth secret',
  hostKey: (name: string) => `host connection: ${name}`,
  herokuKey: 'heroku connection: key',
}

/** As it is kept: secrets sealed. */
export interface GitlabRow {
  url: string
  token: string
  tokenFacts: TokenFacts
  oauthId: string | null
  oauthSecret: string | null
  admins: string[]
  operatorEnters: boolean
  projects: string[]
  chosenAt: Date | null
  changedAt: Date
  changedBy: string
}

export interface HostRow {
  name: string
  address: string
  port: number
  user: string
  role: HostRole
  publicKey: string
  privateKey: string
  hostKeyFingerprint: string | null
  shownFingerprint: string
  shownType: string
  connectedAt: Date | null
  createdAt: Date
  createdBy: string
}

export async function gitlabRow(db: Database | Transaction): Promise<GitlabRow | null> {
  const row = await db.gitlabConnection.findUnique({ where: { id: 1 } })
  return row && { ...row, tokenFacts: row.tokenFacts as unknown as TokenFacts }
}

export async function writeGitlabRow(db: Database | Transaction, row: GitlabRow): Promise<void> {
  const data = { ...row, tokenFacts: { ...row.tokenFacts } }
  await db.gitlabConnection.upsert({ where: { id: 1 }, create: { id: 1, ...data }, update: data })
}

export async function changeGitlabRow(
  db: Database | Transaction,
  change: Partial<Omit<GitlabRow, 'tokenFacts'>>,
): Promise<void> {
  await db.gitlabConnection.updateMany({ data: change })
}

export async function removeGitlabRow(db: Database | Transaction): Promise<void> {
  await db.gitlabConnection.deleteMany()
}

/** Review hosts first, each kind in the order in which it came. */
export async function hostRows(db: Database | Transaction): Promise<HostRow[]> {
  const rows = await db.hostConnection.findMany({ orderBy: [{ role: 'desc' }, { createdAt: 'asc' }] })
  return rows.map((row) => ({ ...row, role: row.role as HostRole }))
}

export async function hostRow(db: Database | Transaction, name: string): Promise<HostRow | null> {
  const row = await db.hostConnection.findUnique({ where: { name } })
  return row && { ...row, role: row.role as HostRole }
}

/** `false` when there is one of that name already. */
export async function addHostRow(db: Database | Transaction, row: HostRow): Promise<boolean> {
  const { count } = await db.hostConnection.createMany({ data: [row], skipDuplicates: true })
  return count > 0
}

/** `false` when it is not there any more. */
export async function changeHostRow(
  db: Database | Transaction,
  name: string,
  change: Partial<Omit<HostRow, 'name'>>,
): Promise<boolean> {
  const { count } = await db.hostConnection.updateMany({ where: { name }, data: change })
  return count > 0
}

export async function removeHostRow(db: Database | Transaction, name: string): Promise<boolean> {
  const { count } = await db.hostConnection.deleteMany({ where: { name } })
  return count > 0
}

export const herokuRow = (db: Database | Transaction): Promise<HerokuConnection | null> =>
  db.herokuConnection.findUnique({ where: { id: 1 } })

export async function writeHerokuRow(
  db: Database | Transaction,
  row: Omit<HerokuConnection, 'id'> | null,
): Promise<void> {
  if (row === null) await db.herokuConnection.deleteMany()
  else await db.herokuConnection.upsert({ where: { id: 1 }, create: { id: 1, ...row }, update: row })
}

export async function storedMappings(db: Database | Transaction): Promise<Record<string, Partial<Mapping>>> {
  const rows = await db.projectMapping.findMany({ orderBy: { pathWithNamespace: 'asc' } })
  return Object.fromEntries(rows.map((row) => [row.pathWithNamespace, row.value as unknown as Partial<Mapping>]))
}

/** Makes the mappings exactly these. */
export async function writeMappings(
  tx: Transaction,
  mappings: Record<string, Partial<Mapping>>,
  by: { changedAt: Date; changedBy: string },
): Promise<void> {
  const rows = Object.entries(mappings).map(([pathWithNamespace, value]) => ({
    pathWithNamespace,
    value: value as unknown as Prisma.InputJsonObject,
    ...by,
  }))
  await tx.projectMapping.deleteMany()
  await tx.projectMapping.createMany({ data: rows })
}

export interface SetupProgress {
  demoLeftAt: Date | null
  skipped: string[]
}

export async function setupProgress(db: Database | Transaction): Promise<SetupProgress> {
  const row = await db.setupProgress.findUnique({ where: { id: 1 } })
  return { demoLeftAt: row?.demoLeftAt ?? null, skipped: row?.skipped ?? [] }
}

export async function writeProgress(db: Database | Transaction, change: Partial<SetupProgress>): Promise<void> {
  await db.setupProgress.upsert({ where: { id: 1 }, create: { id: 1, skipped: [], ...change }, update: change })
}

/** Whether somebody began to connect something of their own, so that no demo is wanted any more. */
export async function hasOwnConnections(db: Database): Promise<boolean> {
  const [gitlab, hosts, { demoLeftAt }] = await Promise.all([
    db.gitlabConnection.count(),
    db.hostConnection.count(),
    setupProgress(db),
  ])
  return gitlab + hosts > 0 || demoLeftAt !== null
}

/**
 * What is connected, secrets opened. One that cannot be opened is as if it were not connected, and `onUnreadable` is told:
 * the others go on. What an earlier secret sealed is sealed anew.
 */
export async function storedConnections(
  db: Database,
  seal: Seal,
  onUnreadable: (what: string) => void,
): Promise<StoredConnections> {
  const [gitlab, hosts, heroku, mappings, { demoLeftAt }] = await Promise.all([
    gitlabRow(db),
    hostRows(db),
    herokuRow(db),
    storedMappings(db),
    setupProgress(db),
  ])
  const open = opener(seal, onUnreadable)
  const token = gitlab?.chosenAt
    ? await open(gitlab.token, purposes.gitlabToken, 'the token of GitLab', (sealed) =>
        changeGitlabRow(db, { token: sealed }),
      )
    : null
  const oauthSecret = gitlab?.oauthSecret
    ? await open(gitlab.oauthSecret, purposes.oauthSecret, 'the secret of the application in GitLab', (sealed) =>
        changeGitlabRow(db, { oauthSecret: sealed }),
      )
    : null
  return {
    gitlab:
      gitlab === null || token === null
        ? null
        : {
            url: gitlab.url,
            token,
            projects: gitlab.projects,
            oauth: gitlab.oauthId === null || oauthSecret === null ? null : { id: gitlab.oauthId, secret: oauthSecret },
            admins: gitlab.admins,
            operatorEnters: gitlab.operatorEnters,
          },
    hosts: (await Promise.all(hosts.map((host) => storedHost(db, host, open)))).filter((host) => host !== null),
    herokuKey:
      heroku &&
      (await open(heroku.apiKey, purposes.herokuKey, 'the key for Heroku', (apiKey) =>
        writeHerokuRow(db, { ...heroku, apiKey }),
      )),
    mappings,
    hasLeftDemo: demoLeftAt !== null,
  }
}

/** `null` for a host whose test is still to come, or whose key cannot be opened. */
async function storedHost(
  db: Database,
  { name, address, port, user, role, hostKeyFingerprint, connectedAt, privateKey: sealed }: HostRow,
  open: Open,
): Promise<StoredHost | null> {
  if (connectedAt === null || hostKeyFingerprint === null) return null
  const privateKey = await open(sealed, purposes.hostKey(name), `the key for Dokku host ${name}`, (anew) =>
    changeHostRow(db, name, { privateKey: anew }),
  )
  return privateKey === null ? null : { name, address, port, user, role, hostKeyFingerprint, privateKey }
}

type Open = (
  sealed: string,
  purpose: string,
  what: string,
  rewrite: (sealed: string) => Promise<unknown>,
) => Promise<string | null>

function opener(seal: Seal, onUnreadable: (what: string) => void): Open {
  return async (sealed, purpose, what, rewrite) => {
    try {
      const text = seal.open(sealed, purpose)
      if (seal.isOld(sealed)) await rewrite(seal.close(text, purpose))
      return text
    } catch {
      onUnreadable(what)
      return null
    }
  }
}
