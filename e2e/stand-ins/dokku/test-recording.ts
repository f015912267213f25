import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const directory = join(import.meta.dirname, '../../../../shared/reference/dokku/recordings')

/** Why nothing can be replayed here; `false` when it can. */
export const recordingsAbsent = existsSync(directory) ? false : 'the recordings are not beside this clone'

/** What a real host answered. */
export interface Recording {
  line: string
  stdout: string
  stderr: string
  exitCode: number
}

export function recording(name: string): Recording {
  const read = (kind: string) => {
    const file = join(directory, `${name}.${kind}`)
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }
  const [, command = '', exitCode] = /^command: ([\s\S]*?)\nexit: (\d+)/.exec(read('meta')) ?? []
  return {
    line: command.replace(/^ssh -p 2222 dokku@127\.0\.0\.1 /, ''),
    stdout: read('stdout'),
    stderr: read('stderr'),
    exitCode: Number(exitCode),
  }
}

/** Leaves out what no two runs share: ids, passwords, times, ports, the order of build steps, and the noise of the recorded host. */
export function comparable(text: string): string {
  return text
    .replace(/^.*\[notice\].*\n/gm, '')
    .replace(/CID: [0-9a-f]{11}/g, 'CID')
    .replace(/\b[0-9a-f]{64}\b/g, 'ID')
    .replace(/\b[0-9a-f]{32}\b/g, 'PASSWORD')
    .replace(/\b[0-9a-f]{12}\b/g, 'CONTAINER')
    .replace(/upcoming-\d+/g, 'upcoming')
    .replace(/(to|container) (\S+)\.\d{10}\b/g, '$1 $2.RETIRED')
    .replace(/(dokku\.me|example\.com):\d+/g, '$1')
    .replace(/port=\d+/g, 'port')
    .replace(/(created at:\s+|created-at":"|updated at:\s+|updated-at":")\d*/g, '$1')
    .replace(/^(remote: )?#\d+ .*\n(\1 *\n)?/gm, '')
    .replace(/^To .*$/gm, 'To')
    .replace(/refs to '.*'/g, 'refs')
    .replace(/[0-9a-f]{7}\.\.[0-9a-f]{7}/g, 'RANGE')
}
