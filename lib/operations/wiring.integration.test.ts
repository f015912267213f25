import { beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '#lib/domain/access.ts'
import type { CiVariable, NewCiVariable } from '#lib/domain/ci-variable.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { wiringOf } from '#lib/queries/wiring.ts'
import type { Context } from '../context.ts'
import { checkWiring } from './check-wiring.ts'
import { createVariables } from './create-variables.ts'
import { member, onlooker } from './fake-world.ts'
import { ended as carriedToItsEnd, refusal, survived } from './test-endings.ts'
import { anotherWorld, database, fake, givenFreshWorlds } from './test-world.ts'

givenFreshWorlds()

const hanako: Actor = { ...member('maintainer', { name: 'hanako' }), personId: 'person-7' }
const as = (actor: Actor): Context => ({ ...fake.ctx, actor })
const project = { projectId: 42 }

/** What GitLab was given, with values: the test's eyes only. */
let sent: NewCiVariable[]
let hostKeys: string[]

const mergedYaml = `---
review:
  script:
    - ssh-add "$SSH_PRIVATE_KEY"
    - cp "$SSH_KNOWN_HOSTS" ~/.ssh/known_hosts
    - git push dokku@$DOKKU_HOST:$CI_ENVIRONMENT_SLUG
    - curl --fail https://$CI_ENVIRONMENT_SLUG.$DOKKU_DOMAIN
  environment:
    name: review/$CI_COMMIT_REF_NAME
    on_stop: stop_review
`

const listed = ({ key, type, isProtected, isMasked }: NewCiVariable): CiVariable => ({
  key,
  type,
  isProtected,
  isMasked,
  environmentScope: '*',
  owner: 'project',
})

/** The parts of the two systems that the wiring is read from, all well but without a single variable. */
function wire(): void {
  sent = []
  hostKeys = []
  Object.assign(fake.gitlab, {
    ciSettings: async () => ({
      isCiEnabled: true,
      isArchived: false,
      sharedRunners: true,
      groupRunners: true,
      keepsLatestArtifacts: false,
      forwardDeployments: true,
      forwardRollbacks: true,
      configPath: '.gitlab-ci.yml',
      accessLevel: 40,
    }),
    runners: async () => [{ id: 1, description: '', reach: 'project', isPaused: false, status: 'online' }],
    runnerRules: async () => ({ tags: [], untagged: true, protectedOnly: false }),
    pendingJobs: async () => [],
    variables: async () => sent.map(listed),
    groupVariables: async () => [],
    protectedRefs: async () => ({ branches: ['master'], tags: [] }),
    protectedEnvironments: async () => null,
    jobLog: async () => '',
    ciLint: async () => ({ valid: true, errors: [], warnings: [], mergedYaml }),
    ownToken: async () => ({ name: 'berth', scopes: ['api'], isActive: true, expiresAt: null }),
    clock: async () => fake.world.now(),
    createVariable: async (_project: number, variable: NewCiVariable) => {
      fake.gitlab.changes.push(`variable ${variable.key}`)
      if (sent.some(({ key }) => key === variable.key))
        throw new BerthError('refused', 'gitlab', `key (${variable.key}) has already been taken`)
      sent.push(variable)
    },
  })
  Object.assign(fake.host.dokku, {
    installation: async () => ({ version: '0.38.27', servicePlugins: ['postgres'], berthPlugin: null }),
    globalDomains: async () => ['review.test'],
    keyFingerprints: async () => hostKeys,
    knownHostsLine: async () => 'dokku.test ssh-ed25519 AAAAhost',
    refusedKey: null,
  })
}

beforeEach(wire)

const ended = (operation: Parameters<typeof carriedToItsEnd>[0]) => carriedToItsEnd(operation, fake)

describe('checking', () => {
  test('is kept for everybody who looks, with who asked', async () => {
    expect(await wiringOf(fake.ctx, 42)).toBeNull()
    const report = await checkWiring(as(member('developer', { name: 'kenta' })), project)
    expect(report).toMatchObject({ checkedBy: 'kenta' })
    const seen = await wiringOf(fake.ctx, 42)
    const missing = seen?.checks.find(({ name }) => name === 'SSH_PRIVATE_KEY')
    expect(missing).toMatchObject({ state: 'problem', fix: { kind: 'operation', act: 'create-variables' } })
  })

  test('shows variables to maintainers alone', async () => {
    await checkWiring(as(hanako), project)
    const groupsFor = async (actor: Actor) => new Set((await wiringOf(as(actor), 42))?.checks.map(({ group }) => group))
    expect(await groupsFor(hanako)).toContain('variables')
    expect(await groupsFor(member('developer'))).not.toContain('variables')
  })

  test('takes a developer, and a project that one sees', async () => {
    expect(await refusal(checkWiring(as(onlooker), project))).toMatchObject({ kind: 'forbidden' })
    expect(await refusal(checkWiring(as(member(null)), project))).toMatchObject({ kind: 'not-found' })
    expect(await refusal(wiringOf(as(member(null)), 42))).toMatchObject({ kind: 'not-found' })
  })

  test('twice in a moment asks GitLab once', async () => {
    let asked = 0
    Object.assign(fake.gitlab, { ciLint: async () => ++asked && { valid: true, errors: [], warnings: [], mergedYaml } })
    const first = await checkWiring(as(hanako), project)
    expect(await checkWiring(as(hanako), project)).toEqual(first)
    expect(asked).toBe(1)
    await fake.pause(6000, new AbortController().signal)
    await checkWiring(as(hanako), project)
    expect(asked).toBe(2)
  })

  test('what Berth’s own token may not see is asked as the person, and what nobody says is unknown', async () => {
    const forbidden = new BerthError('forbidden', 'gitlab', '403 Forbidden')
    let asked = 0
    Object.assign(fake.gitlab, {
      variables: async () => {
        asked += 1
        if (asked === 1) throw forbidden
        return []
      },
      runners: () => Promise.reject(forbidden),
    })
    const { checks } = await checkWiring(as(hanako), project)
    expect(checks.find(({ name }) => name === 'SSH_PRIVATE_KEY')?.state).toBe('problem')
    expect(checks.find(({ name }) => name === 'A runner is online')).toMatchObject({
      state: 'unknown',
      words: '403 Forbidden',
    })
    expect(fake.actedAs).toContain('person-7')
  })

  test('a bug is not hidden as something that GitLab does not say', async () => {
    Object.assign(fake.gitlab, { runners: () => Promise.reject(new TypeError('no such thing')) })
    await expect(checkWiring(as(hanako), project)).rejects.toThrow('no such thing')
  })
})

describe('creating variables', () => {
  test('gives GitLab what is missing, as the person, and keeps no value', async () => {
    const operation = await ended(await createVariables(as(hanako), project))
    expect(operation).toMatchObject({ status: 'succeeded', title: 'hello/hello-app' })
    const values = Object.fromEntries(sent.map(({ key, value }) => [key, value]))
    expect(Object.keys(values).sort()).toEqual(['DOKKU_DOMAIN', 'DOKKU_HOST', 'SSH_KNOWN_HOSTS', 'SSH_PRIVATE_KEY'])
    expect(values).toMatchObject({
      DOKKU_HOST: 'dokku.test',
      DOKKU_DOMAIN: 'review.test',
      SSH_KNOWN_HOSTS: 'dokku.test ssh-ed25519 AAAAhost\n',
      SSH_PRIVATE_KEY: expect.stringMatching(/^-----BEGIN OPENSSH PRIVATE KEY-----\n[\s\S]+\n$/),
    })
    expect(sent.find(({ key }) => key === 'SSH_PRIVATE_KEY')).toMatchObject({ type: 'file', isProtected: false })
    expect(fake.actedAs).toContain('person-7')
    const secret = values.SSH_PRIVATE_KEY?.split('\n')[2] ?? ''
    const kept = await Promise.all([
      database.db.operation.findMany(),
      database.db.auditEntry.findMany(),
      database.db.deployKey.findMany(),
      database.db.wiringReport.findMany(),
    ])
    const text = JSON.stringify(kept, (_, value) => (typeof value === 'bigint' ? String(value) : value))
    expect(text).not.toContain(secret)
    expect(text).toContain('SSH_PRIVATE_KEY')
  })

  test('says by which line a host gets the new key, and says so no more once it has it', async () => {
    const operation = await ended(await createVariables(as(hanako), project))
    const verify = operation.steps.find(({ name }) => name === 'verify')?.words
    const key = await database.db.deployKey.findUniqueOrThrow({ where: project })
    expect(verify).toContain(`echo "${key.publicKey}" | sudo dokku ssh-keys:add gitlab-hello-hello-app`)
    const state = async () => {
      await fake.pause(6000, new AbortController().signal)
      return (await checkWiring(as(hanako), project)).checks.find(({ name }) => name === 'Deploy key on review')?.state
    }
    expect(await state()).toBe('problem')
    hostKeys = [key.fingerprint]
    expect(await state()).toBe('ok')
  })

  test('leaves alone what is there', async () => {
    const value = 'their own'
    sent = [{ key: 'DOKKU_HOST', type: 'env_var', isProtected: false, isMasked: false, value, description: '' }]
    await ended(await createVariables(as(hanako), project))
    expect(sent.filter(({ key }) => key === 'DOKKU_HOST').map((one) => one.value)).toEqual([value])
    expect(fake.gitlab.changes).not.toContain('variable DOKKU_HOST')
  })

  test('refuses who is no maintainer, and what is not missing, and says so in the audit', async () => {
    expect(await refusal(createVariables(as(member('developer')), project))).toMatchObject({ kind: 'forbidden' })
    await ended(await createVariables(as(hanako), project))
    const error = await refusal(createVariables(as(hanako), project))
    expect(error).toMatchObject({ kind: 'refused', message: 'Every variable that the pipeline uses is there.' })
    const outcomes = (await database.db.auditEntry.findMany({ orderBy: { id: 'asc' } })).map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['refused', 'requested', 'succeeded', 'refused'])
  })

  test('GitLab’s no to the person ends it with its words', async () => {
    const error = new BerthError('forbidden', 'gitlab', '403 Forbidden')
    Object.assign(fake.gitlab, { createVariable: () => Promise.reject(error) })
    const operation = await ended(await createVariables(as(hanako), project))
    expect(operation).toMatchObject({ status: 'failed', failure: { kind: 'forbidden', message: '403 Forbidden' } })
  })

  test('killed at any moment, each is created once, and the key that is told belongs to the one in GitLab', async () => {
    // Nothing is written down before the two systems were asked, which takes some forty calls.
    for (let deathAt = 40; ; deathAt += 9) {
      anotherWorld()
      wire()
      await database.db.operation.deleteMany()
      await database.db.deployKey.deleteMany()
      const { operation, wasKilled } = await survived(fake, deathAt, (ctx) => createVariables(ctx, project))
      if (operation) {
        expect(operation, `killed at call ${deathAt}`).toMatchObject({ status: 'succeeded' })
        expect(new Set(sent.map(({ key }) => key)).size, `killed at call ${deathAt}`).toBe(sent.length)
        expect(sent, `killed at call ${deathAt}`).toHaveLength(4)
        const { publicKey } = await database.db.deployKey.findUniqueOrThrow({ where: project })
        const inGitlab = sent.find(({ key }) => key === 'SSH_PRIVATE_KEY')?.value ?? ''
        expect(publicHalf(inGitlab), `killed at call ${deathAt}`).toBe(publicKey.split(' ')[1])
      }
      if (!wasKilled) break
    }
  }, 240_000)
})

/** OpenSSH writes the public key into the private one, before what is secret of it. */
function publicHalf(privateKey: string): string {
  const bytes = Buffer.from(privateKey.replaceAll(/-----.*?-----|\n/g, ''), 'base64')
  let at = 'openssh-key-v1\0'.length
  const take = () => {
    const length = bytes.readUInt32BE(at)
    at += 4 + length
    return bytes.subarray(at - length, at)
  }
  for (const _ of ['cipher', 'kdf', 'options']) take()
  at += 4
  return take().toString('base64')
}
