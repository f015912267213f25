import type { Flaw } from './gitlab-check.ts'

/** What came of entering a Dokku host with its own key. */
export type HostCheck =
  | { kind: 'ok'; facts: HostFacts }
  | { kind: 'unreachable'; reason: string }
  | { kind: 'key-mismatch'; shown: string; pinned: string }
  | { kind: 'key-not-added' }
  | { kind: 'not-dokku'; words: string }
  | { kind: 'rights'; words: string }
  | { kind: 'too-old'; version: string }

export interface HostFacts {
  version: string
  /** Service plugins. */
  plugins: string[]
  /** Below them new apps get an address of their own; `[]` where none is set. */
  globalDomains: string[]
  apps: number
}

/** The reports that Berth reads are in every Dokku since this one. */
export const leastVersion = '0.30.0'

/** `0.9.1` is before `0.30.0`. */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = leastVersion.split('.').map(Number)
  return major < leastMajor || (major === leastMajor && minor < leastMinor)
}

const wishedPlugin = 'postgres'

interface Entered {
  name: string
  address: string
  port: number
  publicKey: string
}

/** Why the host cannot be used, in plain words; `null` when it can. */
export function hostFlaw(check: HostCheck, { name, address, port, publicKey }: Entered): Flaw | null {
  const place = port === 22 ? address : `${address}, port ${port}`
  switch (check.kind) {
    case 'ok':
      return null
    case 'unreachable':
      return {
        field: null,
        words: `Nothing answers by SSH at ${place}: ${check.reason}.`,
        remedy: 'Check the address and the port, and that a firewall lets the machine of Berth through.',
      }
    case 'key-mismatch':
      return {
        field: null,
        words: `The host showed the key ${check.shown}, and you confirmed ${check.pinned}.`,
        remedy:
          'It was set up anew, or somebody stands in between. Berth told it nothing. Compare the new fingerprint on the host before you confirm it.',
      }
    case 'key-not-added':
      return {
        field: null,
        words: 'The host does not let Berth’s key in.',
        remedy: 'Run this line on the host, then test again.',
        command: addKeyLine(publicKey, name),
      }
    case 'not-dokku':
      return {
        field: null,
        words: `Berth gets in, but no Dokku answers: ${check.words}`,
        remedy:
          'The user is usually dokku, whose SSH keys Dokku keeps itself. With another user the key opens a shell.',
      }
    case 'rights':
      return {
        field: null,
        words: `Dokku does not let this key look: ${check.words}`,
        remedy:
          'A plugin for access lists holds it back. Allow the key named berth to do everything that Dokku’s keys may.',
      }
    case 'too-old':
      return {
        field: null,
        words: `The host has Dokku ${check.version}; Berth needs ${leastVersion} or newer.`,
        remedy: 'Upgrade Dokku on the host, then test again.',
        command: 'sudo apt update && sudo apt install dokku',
      }
  }
}

/** What the host lacks that apps on it will miss; one may go on without. */
export function hostShortcomings(facts: HostFacts): Flaw[] {
  const flaws: Flaw[] = []
  if (!facts.plugins.includes(wishedPlugin))
    flaws.push({
      field: null,
      words: `The plugin ${wishedPlugin} is missing: apps on this host can have no database.`,
      remedy: 'Run this line on the host, then test again.',
      command: 'sudo dokku plugin:install https://github.com/dokku/dokku-postgres.git --name postgres',
    })
  if (facts.globalDomains.length === 0)
    flaws.push({
      field: null,
      words: 'No global domain is set: review apps get no address of their own.',
      remedy: 'Point *.review.example.jp to the host and run this line with your own domain, then test again.',
      command: 'sudo dokku domains:set-global review.example.jp',
    })
  return flaws
}

/** The one line that lets Berth in. */
export const addKeyLine = (publicKey: string, name: string): string =>
  `echo "${publicKey}" | sudo dokku ssh-keys:add berth-${name}`

/** Run on the host itself, it prints the fingerprint of the key that the host shows. */
export const fingerprintLine = (type: string): string =>
  `ssh-keygen -lf /etc/ssh/ssh_host_${type.replace(/^ssh-/, '').split('-')[0]}_key.pub`
