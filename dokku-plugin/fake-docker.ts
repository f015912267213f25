import { appendFileSync, readFileSync, renameSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FakeContainer, FakeDockerEvent } from './fake-host.ts'

/**
 * Plays Docker's client for the plugin. Its world is a directory: `containers.json` in the shape of `docker inspect`,
 * `events.jsonl` in the shape of `docker events`, and `calls`, where it writes down how it was called.
 */
const directory = process.env.FAKE_DOCKER ?? ''
const [command, ...words] = process.argv.slice(2)
const inWorld = (name: string) => join(directory, name)
const containers: FakeContainer[] = JSON.parse(readFileSync(inWorld('containers.json'), 'utf8'))
const trouble = readFileSync(inWorld('trouble'), 'utf8')
const say = (line: string) => process.stdout.write(`${line}\n`)

/** Of Go's templates, what the plugin uses. */
function filled(template: string, value: unknown): string {
  return template.replaceAll(/\{\{(.+?)\}\}/g, (_, expression: string) => {
    const [, path = '', key] = /^(?:index )?\.([\w.]+)(?: "([^"]+)")?$/.exec(expression) ?? []
    if (path === '') throw new Error(`The template ${expression} is not known here.`)
    const found = [...path.split('.'), ...(key === undefined ? [] : [key])].reduce<unknown>(
      (part, name) => (part as Record<string, unknown> | undefined)?.[name],
      value,
    )
    return String(found ?? '')
  })
}

const optionOf = (name: string): string => words[words.indexOf(name) + 1] ?? ''

function inspect(): void {
  const ids = words.slice(words.indexOf('--format') + 2)
  for (const id of ids) {
    const container = containers.find(({ Id }) => Id === id)
    if (container) say(filled(optionOf('--format'), container))
    else {
      process.stderr.write(`Error: No such container: ${id}\n`)
      process.exitCode = 1
    }
  }
}

/** What is written into `events.jsonl` from now on, as it is written. */
function followEvents(): void {
  let told = 0
  const tell = () => {
    const lines = readFileSync(inWorld('events.jsonl'), 'utf8').split('\n').slice(0, -1)
    for (const line of lines.slice(told)) {
      const event: FakeDockerEvent | 'end' = JSON.parse(line)
      if (event === 'end') process.exit(0)
      if (words.includes(`event=${event.Action}`)) say(filled(optionOf('--format'), event))
    }
    told = lines.length
  }
  watch(directory, tell)
  tell()
  writeFileSync(inWorld('follower.new'), String(process.pid))
  renameSync(inWorld('follower.new'), inWorld('follower'))
}

appendFileSync(inWorld('calls'), `docker ${[command, ...words].join(' ')}\n`)
if (trouble === 'down') {
  process.stderr.write('Cannot connect to the Docker daemon at unix:///var/run/docker.sock.\n')
  process.exitCode = 1
} else if (command === 'ps') {
  for (const { Id } of containers) say(Id)
  if (trouble === 'vanishing') writeFileSync(inWorld('containers.json'), JSON.stringify(containers.slice(1)))
} else if (command === 'inspect') inspect()
else if (command === 'stats') {
  for (const { Id, usage } of containers) if (usage) say(`${Id} ${usage.cpu} ${usage.memory} / 7.6GiB`)
} else if (command === 'run') process.stdout.write(readFileSync(inWorld('du'), 'utf8'))
else if (command === 'events') followEvents()
