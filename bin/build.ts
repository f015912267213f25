import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { root } from './child.ts'

/** What the build is made from. */
const sources = [
  'ansible',
  'app',
  'dokku-plugin',
  'instrumentation-client.ts',
  'instrumentation.ts',
  'lib',
  'public',
  'next.config.ts',
  'package-lock.json',
  'postcss.config.mjs',
  'tsconfig.json',
]

export const nextCommand = path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next')

/** Whether `.next` is missing or older than any source. */
export function isBuildStale(): boolean {
  const built = statSync(path.join(root, '.next', 'BUILD_ID'), { throwIfNoEntry: false })
  return !built || sources.some((source) => newestMs(path.join(root, source)) > built.mtimeMs)
}

/** Builds the pages; answers whether that worked. What Next prints goes to stderr. */
export function build(): boolean {
  const { status } = spawnSync(process.execPath, [nextCommand, 'build'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  })
  return status === 0
}

/** Tests and generated code do not count: the first are not built, the second follows the schema. */
function newestMs(place: string): number {
  const stats = statSync(place, { throwIfNoEntry: false })
  if (!stats) return 0
  if (!stats.isDirectory()) return /\.test\.tsx?$/.test(place) ? 0 : stats.mtimeMs
  const inside = readdirSync(place).filter((name) => name !== 'generated' && name !== 'recordings')
  return Math.max(stats.mtimeMs, ...inside.map((name) => newestMs(path.join(place, name))))
}
