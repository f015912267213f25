import { writeDeployKey } from '#lib/db/wiring.ts'
import { fingerprintOf, newKeyPair } from '#lib/dokku/index.ts'
import { refuseUnless } from '#lib/domain/decision.ts'
import { BerthError, type Failure } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { listed } from '#lib/domain/sentence.ts'
import { toldOr } from '#lib/domain/wiring/check.ts'
import type { HostFacts, WiringFacts } from '#lib/domain/wiring/facts.ts'
import { neededVariables } from '#lib/domain/wiring/needed-variables.ts'
import { addKeyLine, keyName, variablesOf } from '#lib/domain/wiring/variable-checks.ts'
import { type Places, type PlannedVariable, variablesPlan } from '#lib/domain/wiring/variables-plan.ts'
import type { Context } from '../context.ts'
import { ask, type Decided } from './ask.ts'
import { type Beats, done, failed, type Held, type Outcome, skipped } from './beat.ts'
import { lookAtWiring } from './check-wiring.ts'
import { patiently } from './patience.ts'
import { wiringFacts } from './wiring-facts.ts'

/** Which variables will be created. What they hold never stands here: it is made when it is sent. */
interface VariablesPlan {
  pathWithNamespace: string
  variables: PlannedVariable[]
  places: Places
  hosts: Pick<HostFacts, 'name' | 'address' | 'port'>[]
}

const outageMs = 120_000

/**
 * Creates the CI/CD variables that the pipeline uses and that nobody has set, with a new deploy key where one is missing. Done
 * in GitLab as the person who asks.
 */
export function createVariables(ctx: Context, { projectId }: { projectId: number }): Promise<Operation> {
  return ask<VariablesPlan>(ctx, {
    kind: 'variables.create',
    projectId,
    environmentId: null,
    subject: `variables:${projectId}`,
    target: `CI/CD variables of project ${projectId}`,
    input: { projectId },
    least: 'maintainer',
    decide: () => decide(ctx, projectId),
    beats: createVariablesBeats,
  })
}

async function decide(ctx: Context, projectId: number): Promise<Decided<VariablesPlan>> {
  const facts = await wiringFacts(ctx, { projectId, personId: ctx.actor.personId })
  if ('failure' in facts.variables) throw unreadable(facts.variables.failure)
  const needed = neededVariables(toldOr(facts.pipeline, null)?.jobs ?? null)
  const places = placesIn(facts)
  const { variables, words } = refuseUnless(variablesPlan(needed, variablesOf(facts), places))
  const { pathWithNamespace } = facts.project
  return {
    title: pathWithNamespace,
    words,
    jobId: null,
    plan: {
      pathWithNamespace,
      variables,
      places,
      hosts: facts.hosts.map(({ name, address, port }) => ({ name, address, port })),
    },
    details: { variables: variables.map(({ key }) => key).join(', ') },
  }
}

const unreadable = ({ kind, system, message }: Failure): BerthError => new BerthError(kind, system, message)

function placesIn({ hosts }: WiringFacts): Places {
  const serving = (what: HostFacts['serves'][number]) => hosts.find(({ serves }) => serves.includes(what))
  const review = serving('review')
  return {
    reviewHost: review?.address ?? null,
    productionHost: serving('lane')?.address ?? null,
    reviewDomain: (review && toldOr(review.globalDomains, [])[0]) ?? null,
  }
}

export const createVariablesBeats: Beats<VariablesPlan> = {
  act,
  follow: async () => skipped('GitLab answers when it has them.'),
  verify,
}

/** Entered again, it goes by what is there by then: what was created stays, and the rest gets values of its own. */
async function act(held: Held<VariablesPlan>): Promise<Outcome> {
  const { projectId } = held.operation
  const gitlab = await held.acting()
  const present = new Set((await patiently(held, outageMs, () => gitlab.variables(projectId))).map(({ key }) => key))
  const knownHosts = await knownHostsOf(held)
  for (const variable of held.plan.variables) {
    if (present.has(variable.key)) continue
    const value = await madeValue(held, variable, knownHosts)
    await held.say(`Creating ${variable.key}.`)
    await held.assure()
    await gitlab.createVariable(projectId, {
      key: variable.key,
      type: variable.type,
      value,
      // Review apps are deployed from branches that nobody protects.
      isProtected: false,
      isMasked: false,
      description: `Created by Berth for ${held.operation.requestedBy}`,
    })
  }
  return done(`GitLab has ${listed(held.plan.variables.map(({ key }) => key))}.`)
}

/** The hosts' own keys, which Berth has pinned; asked only where a variable wants them. */
async function knownHostsOf(held: Held<VariablesPlan>): Promise<string> {
  if (!held.plan.variables.some(({ purpose }) => purpose === 'known-hosts')) return ''
  const lines: string[] = []
  for (const { name } of held.plan.hosts) {
    const dokku = held.world.dokku.get(name)
    if (dokku) lines.push(await patiently(held, outageMs, () => dokku.knownHostsLine(held.signal)))
  }
  return `${[...new Set(lines)].join('\n')}\n`
}

async function madeValue(held: Held<VariablesPlan>, { purpose }: PlannedVariable, knownHosts: string): Promise<string> {
  const { places, hosts } = held.plan
  switch (purpose) {
    case 'deploy-key':
      return deployKey(held)
    case 'known-hosts':
      return knownHosts
    case 'ssh-config':
      return hosts.map(({ address, port }) => `Host ${address}\n  Port ${port}\n  User dokku\n`).join('')
    case 'review-host':
      return known(places.reviewHost)
    case 'review-domain':
      return known(places.reviewDomain)
    case 'production-host':
      return known(places.productionHost)
    case 'heroku-key':
    case 'other':
      return known(null)
  }
}

function known(value: string | null): string {
  if (value !== null) return value
  throw new BerthError('refused', 'berth', 'Berth does not know what the variable should be.')
}

/**
 * A new key whose public half is written down before GitLab gets the private one: whatever happens then, what is written down
 * belongs to what GitLab has.
 */
async function deployKey(held: Held<VariablesPlan>): Promise<string> {
  const { projectId, requestedBy } = held.operation
  const pair = newKeyPair()
  const publicKey = `${pair.publicKey} ${keyName(held.plan.pathWithNamespace)}`
  const key = {
    publicKey,
    fingerprint: fingerprintOf(publicKey),
    createdAt: held.world.now(),
    createdBy: requestedBy,
  }
  await held.commit((tx) => writeDeployKey(tx, projectId, key))
  return `${pair.privateKey.trimEnd()}\n`
}

/** Looks whether GitLab has them, and which hosts still have to be told of the key. */
async function verify(held: Held<VariablesPlan>): Promise<Outcome> {
  const { operation, plan, world } = held
  const { projectId, requestedById, requestedBy } = operation
  const gitlab = await held.acting()
  const present = await patiently(held, outageMs, () => gitlab.variables(projectId))
  const absent = plan.variables.filter(({ key }) => !present.some((variable) => variable.key === key))
  if (absent.length > 0) return failed('gitlab', `GitLab does not have ${listed(absent.map(({ key }) => key))}.`)
  await lookAtWiring(world, { projectId, personId: requestedById, checkedBy: requestedBy })
  const key = await world.db.deployKey.findUnique({ where: { projectId } })
  if (!key || !plan.variables.some(({ purpose }) => purpose === 'deploy-key')) return done('GitLab has every one.')
  const strangers = await hostsWithout(held, key.fingerprint)
  if (strangers.length === 0) return done('GitLab has every one, and every host lets the new key in.')
  return done(
    `GitLab has every one. ${listed(strangers)} ${strangers.length === 1 ? 'does' : 'do'} not know the new key yet; there, as an administrator: ${addKeyLine(key.publicKey, plan.pathWithNamespace)}`,
  )
}

async function hostsWithout({ world, plan, signal }: Held<VariablesPlan>, fingerprint: string): Promise<string[]> {
  const asked = plan.hosts.map(async ({ name }) => {
    const keys = await world.dokku
      .get(name)
      ?.keyFingerprints(signal)
      .catch((): string[] => [])
    return keys?.includes(fingerprint) ? [] : [name]
  })
  return (await Promise.all(asked)).flat()
}
