import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Root's `dokku` and `ufw` as far as the playbook uses them; what they were told is in `log`, what they know in files. */
const commands = {
  dokku: `
case "$1" in
  plugin:list)
    echo "  00_dokku-standard    0.38.27 enabled    dokku core standard plugin"
    for name in $(cat plugins 2>/dev/null); do echo "  $name    1.0.0 enabled    a plugin"; done ;;
  plugin:install)
    while [ $# -gt 0 ]; do [ "$1" = --name ] && echo "$2" >> plugins; shift; done ;;
  domains:report) cat domain 2>/dev/null || echo ;;
  domains:set-global) echo "$2" > domain ;;
  ssh-keys:list)
    if [ ! -s "key-$2" ]; then echo " !     No public keys found" >&2; exit 1; fi
    echo "$(ssh-keygen -lf "key-$2" | cut -d ' ' -f 2) NAME=\\"$2\\" SSHCOMMAND_ALLOWED_KEYS=\\"no-agent-forwarding\\"" ;;
  ssh-keys:add)
    if [ -s "key-$2" ]; then echo " !     Duplicate ssh key name" >&2; exit 1; fi
    cat > "key-$2" ;;
  ssh-keys:remove) rm "key-$2" ;;
  *) echo " !     \\\`$1\\\` is not a dokku command." >&2; exit 1 ;;
esac`,
  ufw: `
case "$1" in
  allow) if grep -qx "$2" rules 2>/dev/null; then echo "Skipping adding existing rule"; else echo "$2" >> rules; echo "Rule added"; fi ;;
  status)
    if [ -e active ]; then echo "Status: active"; echo "Default: $(cat default) (incoming), allow (outgoing)"
    else echo "Status: inactive"; fi ;;
  default) echo "$2" > default ;;
  --force) touch active ;;
esac`,
}

export interface FakeHost {
  /** The file for `ansible-playbook -i`: this very machine. */
  inventory: string
  /** Finds the fakes before anything else. */
  path: string
  /** Every command so far that may have changed something. */
  changes(): string[]
  has(file: string): string | null
  remove(): void
}

export function createFakeHost(): FakeHost {
  const directory = mkdtempSync(join(tmpdir(), 'berth-host-'))
  const bin = join(directory, 'bin')
  mkdirSync(bin)
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(
      join(bin, name),
      `#!/usr/bin/env bash\ncd '${directory}' && echo "${name} $*" >> log || exit 1\n${script}\n`,
    )
    chmodSync(join(bin, name), 0o755)
  }
  const inventory = join(directory, 'inventory.json')
  writeFileSync(inventory, JSON.stringify({ dokku: { hosts: { localhost: { ansible_connection: 'local' } } } }))
  const has = (file: string) =>
    existsSync(join(directory, file)) ? readFileSync(join(directory, file), 'utf8').trim() : null
  const isQuestion = /^dokku (plugin:list|domains:report|ssh-keys:list)|^ufw status/
  return {
    inventory,
    path: `${bin}${delimiter}${process.env.PATH}`,
    changes: () => (has('log') ?? '').split('\n').filter((line) => line !== '' && !isQuestion.test(line)),
    has,
    remove: () => rmSync(directory, { recursive: true }),
  }
}
