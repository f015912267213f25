import { spawnSync } from 'node:child_process'
import { z } from 'zod'
import { root } from './child.ts'

/** What npm knows of the packages that Berth ships with: advisories of severity high and critical, or why it could not say. */
export type DependencyAudit =
  | { kind: 'clean' }
  | { kind: 'vulnerable'; packages: string[] }
  | { kind: 'unknown'; words: string }

/** The registry may be a mirror that knows no advisories, or be away: that says nothing of the packages. */
const answerWithinMs = 60_000

const Report = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string().optional() })),
})
const Refusal = z.object({ error: z.object({ summary: z.string().optional(), code: z.string().optional() }) })

/** Asks the registry, of what runs in production only. */
export function dependencyAudit(): DependencyAudit {
  const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: answerWithinMs,
    maxBuffer: 64 * 1024 * 1024,
  })
  return error ? { kind: 'unknown', words: error.message } : readAudit(stdout)
}

/** What `npm audit --json` printed. */
export function readAudit(text: string): DependencyAudit {
  const json = parsed(text)
  const report = Report.safeParse(json)
  if (!report.success) {
    const refusal = Refusal.safeParse(json).data?.error
    return { kind: 'unknown', words: refusal?.summary || refusal?.code || 'npm audit gave no report' }
  }
  const packages = Object.entries(report.data.vulnerabilities)
    .filter(([, { severity }]) => severity === 'high' || severity === 'critical')
    .map(([name, { severity, range }]) => `${name} ${range ?? ''} (${severity})`)
  return packages.length === 0 ? { kind: 'clean' } : { kind: 'vulnerable', packages }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
