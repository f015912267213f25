import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from './child.ts'

/** `[file that imports, what it imports]` */
type Import = readonly [string, string]

const wrong: readonly Import[] = [
  ['lib/domain/a.ts', 'node:fs'],
  ['lib/domain/a.ts', 'zod'],
  ['lib/domain/a.ts', '../db/client.ts'],
  ['lib/domain/a.ts', '#lib/gitlab/index.ts'],
  ['lib/gitlab/a.ts', '../dokku/index.ts'],
  ['lib/gitlab/a.ts', '#lib/db/client.ts'],
  ['lib/gitlab/a.ts', '../env.ts'],
  ['lib/gitlab/a.ts', 'ssh2'],
  ['lib/dokku/a.ts', '../gitlab/index.ts'],
  ['lib/dokku/a.ts', '#lib/context.ts'],
  ['lib/dokku/a.ts', '@gitbeaker/rest'],
  ['lib/gitlab/a.ts', '../url/index.ts'],
  ['lib/dokku/a.ts', '#lib/url/index.ts'],
  ['lib/heroku/a.ts', '../dokku/index.ts'],
  ['lib/heroku/a.ts', '#lib/db/client.ts'],
  ['lib/heroku/a.ts', '#lib/env.ts'],
  ['lib/gitlab/a.ts', '../heroku/index.ts'],
  ['lib/dokku/a.ts', '#lib/heroku/index.ts'],
  ['lib/db/a.ts', '../heroku/index.ts'],
  ['lib/queries/a.ts', '#lib/heroku/index.ts'],
  ['app/api/a/route.ts', '#lib/heroku/index.ts'],
  ['lib/url/a.ts', '../dokku/index.ts'],
  ['lib/url/a.ts', '#lib/gitlab/index.ts'],
  ['lib/url/a.ts', '#lib/db/client.ts'],
  ['lib/url/a.ts', '../sync/urls.ts'],
  ['lib/url/a.ts', '#lib/env.ts'],
  ['lib/url/a.ts', 'pg'],
  ['lib/cron/a.ts', 'node:fs'],
  ['lib/ci-yaml/a.ts', 'node:fs'],
  ['lib/ci-yaml/a.ts', '../gitlab/index.ts'],
  ['lib/cron/a.ts', '#lib/db/client.ts'],
  ['lib/cron/a.ts', '../gitlab/index.ts'],
  ['lib/url/a.ts', '#lib/notify/index.ts'],
  ['lib/notify/a.ts', '../url/index.ts'],
  ['lib/notify/a.ts', '#lib/db/client.ts'],
  ['lib/notify/a.ts', '#lib/env.ts'],
  ['lib/net/a.ts', '#lib/notify/index.ts'],
  ['lib/net/a.ts', '../url/index.ts'],
  ['lib/db/a.ts', '../url/index.ts'],
  ['lib/db/a.ts', '#lib/notify/index.ts'],
  ['lib/db/a.ts', '../sync/gitlab.ts'],
  ['lib/db/a.ts', '#lib/queries/board.ts'],
  ['lib/sync/a.ts', '../operations/promote.ts'],
  ['lib/sync/a.ts', '#lib/queries/board.ts'],
  ['lib/sync/a.ts', 'ssh2'],
  ['lib/queries/a.ts', '#lib/gitlab/index.ts'],
  ['lib/queries/a.ts', '../operations/promote.ts'],
  ['lib/queries/a.ts', '#lib/url/index.ts'],
  ['lib/queries/a.ts', '#lib/notify/index.ts'],
  ['lib/operations/a.ts', '../../app/page.tsx'],
  ['lib/operations/a.ts', 'ssh2'],
  ['app/page.tsx', '#lib/db/client.ts'],
  ['app/projects/a/page.tsx', '../../../lib/gitlab/index.ts'],
  ['app/api/a/route.ts', '#lib/sync/gitlab.ts'],
  ['app/api/a/route.ts', '#lib/url/index.ts'],
  ['app/page.tsx', '#lib/notify/index.ts'],
  ['app/page.tsx', 'nodemailer'],
  ['app/page.tsx', '@prisma/client'],
  ['app/page.tsx', 'ssh2'],
  ['e2e/stand-ins/gitlab/a.ts', '#lib/domain/slug.ts'],
  ['e2e/stand-ins/gitlab/a.ts', '../../../lib/domain/slug.ts'],
]

const right: readonly Import[] = [
  ['lib/domain/a.ts', './board.ts'],
  ['lib/gitlab/a.ts', '../domain/branch.ts'],
  ['lib/dokku/a.ts', '#lib/domain/errors.ts'],
  ['lib/dokku/a.ts', 'ssh2'],
  ['lib/heroku/a.ts', '#lib/domain/heroku-app.ts'],
  ['lib/sync/a.ts', '#lib/heroku/index.ts'],
  ['lib/operations/a.ts', '#lib/heroku/index.ts'],
  ['lib/url/a.ts', '../domain/url-probe.ts'],
  ['lib/url/a.ts', '../net/address.ts'],
  ['lib/notify/a.ts', '#lib/net/way.ts'],
  ['lib/notify/a.ts', 'nodemailer'],
  ['lib/cron/a.ts', 'cron-parser'],
  ['lib/ci-yaml/a.ts', 'yaml'],
  ['lib/ci-yaml/a.ts', '#lib/domain/pipeline-file/index.ts'],
  ['lib/cron/a.ts', '#lib/domain/freeze.ts'],
  ['lib/db/a.ts', '@prisma/adapter-pg'],
  ['lib/sync/a.ts', '#lib/gitlab/index.ts'],
  ['lib/sync/a.ts', '#lib/url/index.ts'],
  ['lib/queries/a.ts', '#lib/db/client.ts'],
  ['lib/operations/a.ts', '#lib/dokku/index.ts'],
  ['lib/operations/a.ts', '#lib/notify/index.ts'],
  ['app/page.tsx', '#lib/queries/fleet.ts'],
  ['app/page.tsx', '#lib/domain/board.ts'],
]

const rule = 'lint/style/noRestrictedImports'
let folder: string
/** Files for which Biome named the rule. */
let refused: Set<string>

/** Each import in a file of its own, in a project that holds nothing but the lint configuration. */
const placeOf = ([file]: Import, index: number) => path.join(path.dirname(file), `case-${index}${path.extname(file)}`)
const all = [...wrong, ...right]

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-rooms-'))
  cpSync(path.join(root, 'biome.json'), path.join(folder, 'biome.json'))
  all.forEach((one, index) => {
    const file = path.join(folder, placeOf(one, index))
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, `import thing from '${one[1]}'\n\nconsole.log(thing)\n`)
  })
  const biome = path.join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  const args = ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=github', '.']
  const { stdout, stderr } = spawnSync(process.execPath, [biome, ...args], { cwd: folder, encoding: 'utf8' })
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.includes(rule))
  // Biome names files by their full path, through whatever links lead to the temporary folder.
  const files = lines.map((line) => /file=([^,]+)/.exec(line)?.[1] ?? line)
  refused = new Set(files.map((file) => path.relative(realpathSync(folder), realpathSync(file))))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each(wrong.map((one, index) => [...one, placeOf(one, index)]))(
  '%s must not import %s',
  (_file, _import, place) => {
    expect(refused).toContain(place)
  },
)

test.each(right.map((one, index) => [...one, placeOf(one, wrong.length + index)]))(
  '%s may import %s',
  (_file, _import, place) => {
    expect(refused).not.toContain(place)
  },
)

test('a wrong import fails `npm run verify`: its first step is Biome over the whole tree', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    scripts: { verify: string }
  }
  expect(scripts.verify).toContain('bin/verify.ts')
  const biome = path.join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  const { status } = spawnSync(process.execPath, [biome, 'check', '--vcs-enabled=false', '.'], { cwd: folder })
  expect(status).toBe(1)
})
