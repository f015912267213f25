import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { CommandOutput } from './output.ts'

/** For tests: what a real Dokku 0.38.27 printed, by the name of the recording. */
export function recorded(name: string, exitCode = 0): CommandOutput {
  return { exitCode, stdout: streamOf(name, 'stdout'), stderr: streamOf(name, 'stderr') }
}

export const recordedNames = (): string[] => [...new Set(readdirSync(folder).map((file) => file.replace(/\.\w+$/, '')))]

const folder = new URL('./recordings/', import.meta.url)

function streamOf(name: string, stream: 'stdout' | 'stderr'): string {
  const file = new URL(`${name}.${stream}`, folder)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
