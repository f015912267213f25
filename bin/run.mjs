// `node bin/run.mjs SCRIPT [ARGUMENTS]`: runs a TypeScript script of this project on the Node that the project pins.
// This file and those that it imports run on any Node since 20, with nothing installed: they are plain JavaScript.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureClient } from './generate.mjs'
import { ensureInstalled, pinnedNode } from './install.mjs'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const [script, ...args] = process.argv.slice(2)
if (!script) throw new Error('Say which script to run.')

await ensureInstalled(root)
ensureClient(root)
process.env.PATH = `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH}`

const { file, version } = pinnedNode(root)
if (process.version === version) {
  process.argv.splice(1, 2, path.join(root, script))
  await import(pathToFileURL(path.join(root, script)).href)
} else {
  const child = spawn(file, ['--import', path.join(root, 'bin', 'leash.ts'), path.join(root, script), ...args], {
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}
