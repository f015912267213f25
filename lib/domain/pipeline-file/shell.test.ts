import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type PipelineOptions, pipelineFile, usualOptions } from './index.ts'

const usual = usualOptions({ pathWithNamespace: 'hello/hello-app', defaultBranch: 'master' })
const app = 'review-login-abc123'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-job-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What a host answers to a command: its exit code and what it says. Commands without an answer succeed and say nothing. */
type Answers = Record<string, [code: number, words: string]>

/** As recorded from Dokku 0.38. */
const missing = {
  'apps:exists': [20, ` !     App ${app} does not exist`],
  'postgres:exists': [1, ` !     Postgres service ${app}-database does not exist`],
  'postgres:linked': [1, ` !     Service ${app}-database is not linked to ${app}`],
} satisfies Answers
const unreachable: Answers[string] = [255, 'ssh: connect to host dokku.test port 22: Connection refused']

/**
 * Runs a job of the generated file as GitLab Runner's shell does, in bash that ends at the first failure, against a host that
 * answers so. What it asked the host, in order, and whether it went well.
 */
function run(job: 'review' | 'stop_review', answers: Answers, more: Partial<PipelineOptions> = {}) {
  const { before_script: before, script } = parse(pipelineFile({ ...usual, ...more }))[job]
  program(
    'ssh',
    `shift $(( $(printf '%s\\n' "$@" | grep -n dokku@ | cut -d: -f1) ))
# OpenSSH takes options behind the host too.
while [[ $1 == -* ]]; do shift; done
echo "$*" >> ${folder}/asked
code=0
[ ! -f ${folder}/answers/$1 ] || { read -r code; cat; } < ${folder}/answers/$1
exit $code`,
  )
  program('git', `echo "git $1" >> ${folder}/asked`)
  program('ssh-agent', 'echo true')
  program('ssh-add', 'cat "$1" > /dev/null')
  writeFileSync(path.join(folder, 'key'), 'a key\n')
  execFileSync('mkdir', [path.join(folder, 'answers')])
  for (const [command, [code, words]] of Object.entries(answers))
    writeFileSync(path.join(folder, 'answers', command), `${code}\n${words}\n`)
  const { status, stdout, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', [...before, ...script].join('\n')], {
    encoding: 'utf8',
    env: {
      NODE_ENV: 'test',
      PATH: `${folder}:${process.env.PATH}`,
      HOME: folder,
      APP_NAME: app,
      DB_NAME: `${app}-database`,
      DOKKU: 'ssh dokku@dokku.test',
      DOKKU_HOST: 'dokku.test',
      SSH_PRIVATE_KEY: path.join(folder, 'key'),
      SSH_SERVER_HOSTKEYS: path.join(folder, 'hosts'),
    },
  })
  const asked = path.join(folder, 'asked')
  return {
    passed: status === 0,
    asked: existsSync(asked) ? readFileSync(asked, 'utf8').trim().split('\n').map(firstWord) : [],
    said: stdout + stderr,
  }
}

function program(name: string, lines: string): void {
  const file = path.join(folder, name)
  writeFileSync(file, `#!/bin/bash\n${lines}\n`)
  chmodSync(file, 0o755)
}

const firstWord = (line: string): string => line.split(' ')[0] ?? ''

describe.each(['rules', 'only'] as const)('in the syntax of %s', (syntax) => {
  const deploy = (answers: Answers) => run('review', answers, { syntax })
  const stop = (answers: Answers) => run('stop_review', answers, { syntax })

  test('the first deploy creates app and database and links them before it pushes', () => {
    expect(deploy(missing)).toMatchObject({
      passed: true,
      asked: [
        'apps:exists',
        'apps:create',
        'postgres:exists',
        'postgres:create',
        'postgres:linked',
        'postgres:link',
        'config:set',
        'git',
        'run',
      ],
    })
  })

  test('the next deploy creates nothing', () => {
    const { passed, asked } = deploy({})
    expect(passed).toBe(true)
    expect(asked.filter((command) => /create$|link$/.test(command))).toEqual([])
    expect(asked).toContain('git')
  })

  test.each<[string, Answers, string]>([
    ['the host cannot be reached', { 'apps:exists': unreachable, 'apps:create': unreachable }, 'Connection refused'],
    ['the app cannot be created', { ...missing, 'apps:create': [1, ' !     Name is already taken'] }, 'already taken'],
    ['the database cannot be created', { ...missing, 'postgres:create': [1, ' !     No space left'] }, 'No space left'],
    ['it cannot be linked', { ...missing, 'postgres:link': [1, ' !     Already linked as DATABASE_URL'] }, 'Already'],
    [
      'the plugin is missing',
      { 'postgres:exists': noPlugin('exists'), 'postgres:create': noPlugin('create') },
      'not a',
    ],
  ])('the deploy fails before it pushes, and says why, when %s', (_, answers, words) => {
    const { passed, asked, said } = deploy(answers)
    expect({ passed, pushed: asked.includes('git') }).toEqual({ passed: false, pushed: false })
    expect(said).toContain(words)
  })

  test('a stop destroys the app, then its database', () => {
    expect(stop({})).toMatchObject({ passed: true, asked: ['apps:destroy', 'postgres:destroy'] })
  })

  test('a stop goes on past what is gone already', () => {
    const answers: Answers = { 'apps:destroy': missing['apps:exists'], 'postgres:destroy': missing['postgres:exists'] }
    expect(stop(answers)).toMatchObject({ passed: true, asked: ['apps:destroy', 'postgres:destroy'] })
  })

  test.each<[string, Answers, string, string[]]>([
    ['the host cannot be reached', { 'apps:destroy': unreachable }, 'Connection refused', ['apps:destroy']],
    ['the app stays', { 'apps:destroy': [1, ' !     App is locked'] }, 'App is locked', ['apps:destroy']],
    [
      'the database stays',
      { 'postgres:destroy': [1, ' !     Cannot delete linked service'] },
      'Cannot delete linked service',
      ['apps:destroy', 'postgres:destroy'],
    ],
  ])('a stop fails, and says why, when %s', (_, answers, words, asked) => {
    const outcome = stop(answers)
    expect(outcome).toMatchObject({ passed: false, asked })
    expect(outcome.said).toContain(words)
  })
})

function noPlugin(command: string): [number, string] {
  return [1, ` !     \`postgres:${command}\` is not a dokku command.`]
}
