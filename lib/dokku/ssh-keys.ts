import { plainLines, unreadable } from './output.ts'
import { jsonIn } from './reports.ts'

const fingerprint = /^SHA256:[A-Za-z0-9+/]{43}$/

/** The fingerprints in `ssh-keys:list`, in either form; `[]` where it says nothing, which is a host that let nobody in. */
export function keyFingerprints(text: string): string[] {
  const listed = jsonIn(text, (value) => Array.isArray(value) && value.every(hasFingerprint)) as
    | { fingerprint: string }[]
    | undefined
  if (listed) return listed.map((key) => key.fingerprint)
  const lines = plainLines(text)
  const found = lines.flatMap((line) => line.split(/\s+/).filter((word) => fingerprint.test(word)))
  if (found.length === 0 && lines.length > 0) throw unreadable('ssh-keys:list', text)
  return found
}

function hasFingerprint(value: unknown): boolean {
  const key = value as { fingerprint?: unknown } | null
  return typeof key?.fingerprint === 'string' && fingerprint.test(key.fingerprint)
}
