import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { build, nextCommand } from './build.ts'
import { root } from './child.ts'
import { dependencyAudit } from './dependency-audit.ts'

export interface Counts {
  passed: number
  failed: number
  skipped: number
}

export interface Suite {
  name: string
  run(): Counts
}

const passed: Counts = { passed: 1, failed: 0, skipped: 0 }
const failed: Counts = { passed: 0, failed: 1, skipped: 0 }
const skipped: Counts = { passed: 0, failed: 0, skipped: 1 }

/** Seconds, no network beyond loopback, no database. */
export const verification: readonly Suite[] = [
  { name: 'format and lint', run: () => check('biome', ['check', '.']) },
  {
    name: 'types',
    run: () => {
      // Next writes the declarations of pages and styles; a fresh clone has none yet.
      if (!existsSync(path.join(root, 'next-env.d.ts'))) check(process.execPath, [nextCommand, 'typegen'])
      return check('tsc', ['--noEmit'])
    },
  },
  { name: 'unit', run: () => vitest('unit') },
]

export const dependencies: Suite = { name: 'dependencies', run: audited }
export const integration: Suite = { name: 'integration', run: () => vitest('integration') }
export const pages: Suite = { name: 'build', run: () => (build() ? passed : failed) }
export const endToEnd: Suite = { name: 'e2e', run: playwright }

/** Runs suites one after the other, whatever fails, and says how each went. */
export function runSuites(suites: readonly Suite[]): Counts {
  const total = { passed: 0, failed: 0, skipped: 0 }
  const lines: string[] = []
  for (const { name, run } of suites) {
    const startedAt = Date.now()
    const counts = run()
    for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key]
    lines.push(`${name}: ${inWords(counts)} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`)
  }
  console.log(`\n${lines.join('\n')}`)
  return total
}

export const inWords = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`

/** What the registry cannot say is skipped with its words: a mirror without advisories must not stop anybody's work. */
function audited(): Counts {
  const audit = dependencyAudit()
  switch (audit.kind) {
    case 'clean':
      return passed
    case 'unknown':
      console.log(`The dependencies could not be audited: ${audit.words}.`)
      return skipped
    case 'vulnerable':
      console.error(`Advisories for what Berth ships with:\n  ${audit.packages.join('\n  ')}`)
      return failed
  }
}

function check(command: string, args: readonly string[]): Counts {
  return runTool(command, args) === 0 ? passed : failed
}

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number().default(0),
})

function vitest(project: 'unit' | 'integration'): Counts {
  return withReport((report) => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const status = runTool('vitest', ['run', '--project', project, ...reporters])
    return (text) => {
      const found = VitestReport.parse(JSON.parse(text))
      const skipped = found.numPendingTests + found.numTodoTests
      return strict(status, { passed: found.numPassedTests, failed: found.numFailedTests, skipped })
    }
  })
}

const PlaywrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
})

function playwright(): Counts {
  return withReport((report) => {
    const status = runTool('playwright', ['test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: report })
    return (text) => {
      const { expected, unexpected, flaky, skipped } = PlaywrightReport.parse(JSON.parse(text)).stats
      return strict(status, { passed: expected + flaky, failed: unexpected, skipped })
    }
  })
}

/** A tool that failed outside of any test, or that ran none, has not passed. */
export function strict(status: number, counts: Counts): Counts {
  const isSilentFailure = counts.failed === 0 && (status !== 0 || counts.passed === 0)
  return isSilentFailure ? { ...counts, failed: 1 } : counts
}

/** Gives the tool a file to write its report to; a report that is missing or unreadable is a failure. */
function withReport(run: (report: string) => (text: string) => Counts): Counts {
  const folder = mkdtempSync(path.join(tmpdir(), 'berth-report-'))
  const report = path.join(folder, 'report.json')
  try {
    return run(report)(readFileSync(report, 'utf8'))
  } catch (error) {
    console.error((error as Error).message)
    return failed
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function runTool(command: string, args: readonly string[], env: Record<string, string> = {}): number {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env },
  })
  return status ?? 1
}
