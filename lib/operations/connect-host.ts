import {
  addHostRow,
  changeHostRow,
  connectionsTopic,
  type HostRow,
  hostRow,
  purposes,
  removeHostRow,
} from '#lib/db/connections.ts'
import { publish } from '#lib/db/notifications.ts'
import { checkHost, type HostKey, newKeyPair, readHostKey } from '#lib/dokku/index.ts'
import type { HostRole } from '#lib/domain/connections.ts'
import { BerthError } from '#lib/domain/errors.ts'
import type { Flaw } from '#lib/domain/gitlab-check.ts'
import { type HostFacts, hostFlaw, hostShortcomings } from '#lib/domain/host-check.ts'
import { setByEnv } from '../connections.ts'
import type { Context } from '../context.ts'
import type { GivenEnv } from './connect-gitlab.ts'
import { changeConnection } from './connection-change.ts'

export interface AddHost extends GivenEnv {
  name: string
  address: string
  port: number
  user: string
  role: HostRole
}

/** Notes a host that answers by SSH, with a new key pair for it alone. It is not used before its key is confirmed and its test passed. */
export function addHost(ctx: Context, { given, ...host }: AddHost): Promise<Flaw | null> {
  const { name, address, port } = host
  return changeConnection(ctx, { action: 'host.add', target: `${name} (${address})` }, async () => {
    const flaw = enteredFlaw(host) ?? (setByEnv(given).hosts.includes(name) ? nameTaken(name) : null)
    if (flaw) return flaw
    const key = await shownKey({ name, address, port })
    if ('words' in key) return key
    const { privateKey, publicKey } = newKeyPair()
    const isNew = await addHostRow(ctx.db, {
      ...host,
      publicKey,
      privateKey: ctx.seal.close(privateKey, purposes.hostKey(name)),
      hostKeyFingerprint: null,
      shownFingerprint: key.fingerprint,
      shownType: key.type,
      connectedAt: null,
      createdAt: ctx.now(),
      createdBy: ctx.actor.name,
    })
    return isNew ? `It showed ${key.fingerprint}.` : nameTaken(name)
  })
}

/** Reads the key that the host shows now, for a person to compare; the pinned one stays until they have. */
export function readKeyAgain(ctx: Context, { name }: { name: string }): Promise<Flaw | null> {
  return changeConnection(ctx, { action: 'host.read-key', target: name }, async () => {
    const key = await shownKey(await known(ctx, name))
    if ('words' in key) return key
    await changeHostRow(ctx.db, name, { shownFingerprint: key.fingerprint, shownType: key.type })
    return `It showed ${key.fingerprint}.`
  })
}

/** Pins the key that the person compared, if the host still shows it. */
export function confirmHostKey(
  ctx: Context,
  { name, fingerprint }: { name: string; fingerprint: string },
): Promise<Flaw | null> {
  return changeConnection(ctx, { action: 'host.pin', target: name }, async () => {
    const host = await known(ctx, name)
    const key = await shownKey(host)
    if ('words' in key) return key
    if (key.fingerprint !== fingerprint) {
      await changeHostRow(ctx.db, name, { shownFingerprint: key.fingerprint, shownType: key.type })
      return {
        field: null,
        words: `The host shows another key now than the one you compared: ${key.fingerprint}.`,
        remedy: 'Somebody may stand in between. Compare it on the host itself before you confirm.',
      }
    }
    await ctx.db.$transaction(async (tx) => {
      await changeHostRow(tx, name, { hostKeyFingerprint: fingerprint })
      await publish(tx, [connectionsTopic])
    })
    return host.hostKeyFingerprint === null
      ? `Pinned ${fingerprint}.`
      : `Pinned ${fingerprint} instead of ${host.hostKeyFingerprint}.`
  })
}

/** What a test came to: nothing is the matter, something is, or the host lacks what one may go on without. */
export type HostTest = { flaw: Flaw | null; shortcomings: Flaw[]; facts: HostFacts | null }

/** Enters the host by its pinned key and takes it into use when it passes; `despite` also when it lacks something. */
export async function testHost(ctx: Context, { name, despite }: { name: string; despite: boolean }): Promise<HostTest> {
  const test: HostTest = { flaw: null, shortcomings: [], facts: null }
  test.flaw = await changeConnection(ctx, { action: 'host.test', target: name }, async () => {
    const host = await known(ctx, name)
    const { address, port, user, hostKeyFingerprint, publicKey } = host
    if (hostKeyFingerprint === null)
      throw new BerthError('refused', 'berth', 'Compare and confirm the key of the host first.')
    const privateKey = ctx.seal.open(host.privateKey, purposes.hostKey(name))
    const check = await checkHost({ name, address, port, user, hostKeyFingerprint }, privateKey)
    if (check.kind === 'key-mismatch') await changeHostRow(ctx.db, name, { shownFingerprint: check.shown })
    if (check.kind !== 'ok') return hostFlaw(check, { name, address, port, publicKey }) ?? unknownFlaw
    test.facts = check.facts
    test.shortcomings = hostShortcomings(check.facts)
    const [first] = test.shortcomings
    if (first && !despite) return `Dokku ${check.facts.version} answers, but: ${first.words}`
    await ctx.db.$transaction(async (tx) => {
      await changeHostRow(tx, name, { connectedAt: host.connectedAt ?? ctx.now() })
      await publish(tx, [connectionsTopic])
    })
    return `Dokku ${check.facts.version} with ${check.facts.apps} apps; in use.`
  })
  return test
}

/** Berth's key on the host stays there until somebody removes it. */
export function removeHost(ctx: Context, { name }: { name: string }): Promise<Flaw | null> {
  return changeConnection(ctx, { action: 'host.remove', target: name }, async () => {
    await known(ctx, name)
    await ctx.db.$transaction(async (tx) => {
      await removeHostRow(tx, name)
      await publish(tx, [connectionsTopic])
    })
    return `Removed with its key. On the host: sudo dokku ssh-keys:remove berth-${name}`
  })
}

async function known(ctx: Context, name: string): Promise<HostRow> {
  const host = await hostRow(ctx.db, name)
  if (host === null)
    throw new BerthError('not-found', 'berth', `Nobody added a Dokku host ${name.slice(0, 60)} in the browser.`)
  return host
}

async function shownKey(host: { name: string; address: string; port: number }): Promise<HostKey | Flaw> {
  try {
    return await readHostKey(host)
  } catch (error) {
    if (!(error instanceof BerthError)) throw error
    const flaw = hostFlaw({ kind: 'unreachable', reason: error.message }, { ...host, publicKey: '' })
    return { ...(flaw ?? unknownFlaw), field: 'address' }
  }
}

const unknownFlaw: Flaw = { field: null, words: 'The host could not be tested.', remedy: 'Try again.' }

const nameTaken = (name: string): Flaw => ({
  field: 'name',
  words: `There is a host ${name} already.`,
  remedy: 'Choose another name.',
})

function enteredFlaw({ name, address, port, user }: Omit<AddHost, 'given'>): Flaw | null {
  if (!/^[a-z0-9][a-z0-9-]{0,29}$/.test(name))
    return {
      field: 'name',
      words: 'That cannot be the name of a host here.',
      remedy: 'Use small letters, digits and hyphens, 30 at most: it stands in addresses and lists.',
    }
  if (!/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,250}[A-Za-z0-9])?$/.test(address))
    return { field: 'address', words: 'That is not a host.', remedy: 'Enter a name or an IP address, without ssh://.' }
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return { field: 'port', words: 'That is not a port.', remedy: 'SSH is usually at 22.' }
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(user))
    return { field: 'user', words: 'That is not a user.', remedy: 'It is usually dokku.' }
  return null
}
