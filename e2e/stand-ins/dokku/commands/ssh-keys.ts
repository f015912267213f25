import { createHash } from 'node:crypto'
import { type Command, Failure, warning } from '../call.ts'
import type { AuthorizedKey } from '../host.ts'

const allowed = 'no-agent-forwarding,no-user-rc,no-X11-forwarding,no-port-forwarding'

const fingerprintOf = ({ line }: AuthorizedKey): string =>
  `SHA256:${createHash('sha256')
    .update(Buffer.from(line.trim().split(/\s+/)[1] ?? '', 'base64'))
    .digest('base64')
    .replace(/=+$/, '')}`

const list: Command = async (call) => {
  const { authorizedKeys } = call.host
  await call.spend(0.2)
  if (authorizedKeys.length === 0) throw new Failure(warning('No public keys found'))
  if (call.words.includes('json')) {
    const entries = authorizedKeys.map((key) =>
      [
        ['fingerprint', fingerprintOf(key)],
        ['name', key.name],
        ['SSHCOMMAND_ALLOWED_KEYS', allowed],
        ['public-key', key.line.trim()],
      ]
        .map(([name, value]) => `"${name}": "${value}"`)
        .join(', '),
    )
    call.out(`[${entries.map((entry) => `{ ${entry} }`).join(', ')}]\n`)
    return 0
  }
  for (const key of authorizedKeys)
    call.out(`${fingerprintOf(key)} NAME="${key.name}" SSHCOMMAND_ALLOWED_KEYS="${allowed}"\n`)
  return 0
}

const add: Command = async () => {
  throw new Failure(warning('This command must be run as root'))
}

export const sshKeysCommands: Record<string, Command> = { 'ssh-keys:list': list, 'ssh-keys:add': add }
