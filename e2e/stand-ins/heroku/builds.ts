import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { addRelease } from './releases.ts'
import { invalid } from './reply.ts'
import type { App, Build, Slug, World } from './world.ts'

const run = promisify(execFile)

/** Begins to build an uploaded archive; it ends by itself, with a release when it went well. */
export function startBuild(world: World, app: App, source: { url: unknown; version: unknown }): Build {
  const archive = world.sources.get(String(source.url).split('/').at(-1) ?? '')
  if (!archive) throw invalid('The source blob could not be read.')
  const at = new Date()
  const build: Build = {
    id: randomUUID(),
    status: 'pending',
    version: typeof source.version === 'string' ? source.version : null,
    slugId: null,
    releaseId: null,
    output: '-----> Building on the Heroku-24 stack\n',
    createdAt: at,
    updatedAt: at,
  }
  app.builds.push(build)
  void carry(world, app, build, archive)
  return build
}

async function carry(world: World, app: App, build: Build, archive: Buffer): Promise<void> {
  await wait(world.stepMs, undefined, { ref: false })
  try {
    const slug = await unpack(world, build, archive)
    app.slugs.push(slug)
    build.output += '-----> Ruby app detected\n-----> Compressing...\n       Done: 24M\n-----> Launching...\n'
    for (const [type, command] of Object.entries(slug.processTypes)) keepFormation(app, type, command)
    const description = build.version === null ? 'Deploy' : `Deploy ${build.version.slice(0, 8)}`
    const release = addRelease(world, app, { description, slugId: slug.id })
    build.output += `       Released v${release.version}\n`
    Object.assign(build, { status: 'succeeded', slugId: slug.id, releaseId: release.id, updatedAt: new Date() })
  } catch (error) {
    build.output += ` !     ${error instanceof Error ? error.message : error}\n !     Push failed\n`
    Object.assign(build, { status: 'failed', updatedAt: new Date() })
  }
}

/** The web process gets one dyno at its first deploy; all others none until somebody scales them. */
function keepFormation(app: App, type: string, command: string): void {
  const known = app.formation.find((candidate) => candidate.type === type)
  if (known) known.command = command
  else app.formation.push({ id: randomUUID(), type, quantity: type === 'web' ? 1 : 0, size: 'basic', command })
}

/** As on the Dokku stand-ins, a file `fail-build`, `crash` or `error` at the root makes it so. */
async function unpack(world: World, build: Build, archive: Buffer): Promise<Slug> {
  const files = join(world.dir, 'slugs', build.id)
  mkdirSync(files, { recursive: true })
  const file = join(world.dir, `${build.id}.tgz`)
  writeFileSync(file, archive)
  await run('tar', ['-xzf', file, '-C', files])
  const has = (name: string): boolean => existsSync(join(files, name))
  if (has('fail-build')) throw new Error('Failed to install gems via Bundler.')
  if (!has('Procfile') && !has('Gemfile')) {
    throw new Error('No default language could be detected for this app.')
  }
  return {
    id: randomUUID(),
    commit: build.version,
    files,
    processTypes: processTypesIn(has('Procfile') ? readFileSync(join(files, 'Procfile'), 'utf8') : ''),
    trouble: has('crash') ? 'crash' : has('error') ? 'error' : null,
    createdAt: new Date(),
  }
}

function processTypesIn(procfile: string): Record<string, string> {
  const lines = procfile.split('\n').flatMap((line) => {
    const [, type, command] = /^([\w-]+):\s*(.+)$/.exec(line.trim()) ?? []
    return type && command && type !== 'release' ? [[type, command] as const] : []
  })
  return lines.length > 0 ? Object.fromEntries(lines) : { web: 'bin/rails server' }
}
