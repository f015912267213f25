import { type App, runningState } from '../app.ts'
import { type Call, type Command, Failure, heading, requireApp, warning } from '../call.ts'
import { restartProcesses, withDeployLock } from '../deploy.ts'
import { goJson } from '../report.ts'

/** Entries in the order in which every command tells them. */
function entries(config: Record<string, string>): [string, string][] {
  return Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** `KEY:  value` lines with the values under each other; a value of several lines loses its last line break. */
function columns(config: Record<string, string>, indent: string): string {
  const width = Math.max(0, ...Object.keys(config).map((key) => key.length)) + 3
  return entries(config)
    .map(([key, value]) => `${indent}${`${key}:`.padEnd(width)}${value.replace(/\n$/, '')}\n`)
    .join('')
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`
}

/** The words without `--flags`; the first is the app. */
function split(call: Call): { app: App; rest: string[]; has(flag: string): boolean } {
  const [name, ...rest] = call.words.filter((word) => !word.startsWith('--'))
  return { app: requireApp(call, name), rest, has: (flag) => call.words.includes(flag) }
}

/** Sets variables as `config:set` and a link do, and starts a running app anew unless told not to. */
export async function setConfig(call: Call, app: App, pairs: Record<string, string>, restart: boolean): Promise<void> {
  call.out(`-----> Setting config vars\n${columns(pairs, '       ')}`)
  Object.assign(app.config, pairs)
  call.host.changed()
  await call.spend(0.1)
  if (restart) await restartAfterChange(call, app)
}

export async function unsetConfig(call: Call, app: App, keys: string[], restart: boolean): Promise<void> {
  const present = keys.filter((key) => key in app.config)
  for (const key of keys) {
    call.out(
      present.includes(key)
        ? `-----> Unsetting ${key}\n`
        : `-----> Skipping ${key}, it is not set in the environment\n`,
    )
    delete app.config[key]
  }
  call.host.changed()
  if (restart && present.length > 0) await restartAfterChange(call, app)
}

async function restartAfterChange(call: Call, app: App): Promise<void> {
  if (runningState(app) === 'false') return
  call.out(`-----> Restarting app ${app.name}\n`)
  const deploying = { host: call.host, app, say: call.out, warn: call.err, spend: call.spend }
  await withDeployLock(call.host, app, () => restartProcesses(deploying, app.scale))
}

const set: Command = async (call) => {
  const { app, rest, has } = split(call)
  if (rest.length === 0) throw new Failure(warning('At least one env pair must be given'))
  const pairs: Record<string, string> = {}
  for (const pair of rest) {
    const at = pair.indexOf('=')
    if (at < 0) throw new Failure(warning(`Invalid env pair: ${pair}`))
    const key = pair.slice(0, at)
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) throw new Failure(warning(`Invalid key name: '${key}'`))
    const value = pair.slice(at + 1)
    pairs[key] = has('--encoded') ? Buffer.from(value, 'base64').toString() : value
  }
  await setConfig(call, app, pairs, !has('--no-restart'))
  return 0
}

const unset: Command = async (call) => {
  const { app, rest, has } = split(call)
  await unsetConfig(call, app, rest, !has('--no-restart'))
  return 0
}

const get: Command = async (call) => {
  const { app, rest, has } = split(call)
  const value = app.config[rest[0] ?? '']
  if (value === undefined) return 1
  call.out(`${has('--quoted') ? quoted(value) : value}\n`)
  return 0
}

const keys: Command = async (call) => {
  for (const [key] of entries(split(call).app.config)) call.out(`${key}\n`)
  return 0
}

const show: Command = async (call) => {
  const { app } = split(call)
  heading(call, `${app.name} env vars`)
  call.out(columns(app.config, '') || '\n')
  return 0
}

const formats: Record<string, (config: Record<string, string>) => string> = {
  exports: (config) =>
    entries(config)
      .map(([key, value]) => `export ${key}=${quoted(value)}\n`)
      .join(''),
  shell: (config) =>
    entries(config)
      .map(([key, value]) => `${key}=${quoted(value)} `)
      .join(''),
  pretty: (config) => columns(config, ''),
  json: (config) => `${goJson(Object.fromEntries(entries(config)))}\n`,
  'json-list': (config) => `${goJson(entries(config).map(([name, value]) => ({ name, value })))}\n`,
}

const exportAll: Command = async (call) => {
  const at = call.words.indexOf('--format')
  const format = at < 0 ? 'exports' : (call.words[at + 1] ?? '')
  const [name] = call.words.filter((word, index) => !word.startsWith('--') && index !== at + 1)
  const app = requireApp(call, at < 0 ? call.words[0] : name)
  const print = formats[format]
  if (!print) throw new Failure(warning(`Unknown export format: ${format}`))
  call.out(print(app.config))
  return 0
}

export const configCommands: Record<string, Command> = {
  'config:set': set,
  'config:unset': unset,
  'config:get': get,
  'config:keys': keys,
  'config:show': show,
  'config:export': exportAll,
}
