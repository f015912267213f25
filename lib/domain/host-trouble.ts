import { whereSet } from './connections.ts'
import type { FindingSubject } from './finding.ts'
import type { Found, HostFacts } from './host-findings.ts'

/** Which of the sources are fresh enough to tell. */
export interface Knowledge {
  isSilent: boolean
  /** Of a project. */
  isKnown(projectId: number): boolean
}

/** What can be the matter with a host itself; when it is silent, only that it is. */
export function hostTrouble(facts: HostFacts, { isSilent, isKnown }: Knowledge): Found[] {
  const found = [keyChanged(facts) ?? unreachable(facts)]
  if (!isSilent) found.push(pluginMissing(facts, isKnown), diskLow(facts), appLimit(facts))
  return found.filter((one) => one !== null)
}

const subjectOf = ({ host }: HostFacts): FindingSubject => ({ kind: 'host', host })

const ofHost = { since: null, projectId: null }

/** One failed look is a bad moment; the second in a row is a finding. */
function unreachable(facts: HostFacts): Found | null {
  const { failingSince, attemptedAt } = facts.sight
  if (failingSince === null || attemptedAt === null || attemptedAt <= failingSince) return null
  return {
    kind: 'host-unreachable',
    subject: subjectOf(facts),
    severity: 'critical',
    words: `Dokku host ${facts.host} cannot be asked; what is shown of it is as old as its last answer.`,
    evidence: [{ source: `dokku:${facts.host}`, words: facts.failure ?? 'It does not answer.' }],
    resolutions: [{ act: 'by-hand', words: 'See whether the host is up and its SSH port is open to Berth.' }],
    since: failingSince,
    projectId: null,
  }
}

/** The host answers, with another key than the pinned one: Berth tells it nothing until a person has decided. */
function keyChanged(facts: HostFacts): Found | null {
  if (facts.refusedKey === null) return null
  const { shown, pinned } = facts.refusedKey
  return {
    kind: 'host-key-changed',
    subject: subjectOf(facts),
    severity: 'critical',
    words:
      pinned === null
        ? `Dokku host ${facts.host} has no pinned key, so Berth does not talk to it.`
        : `Dokku host ${facts.host} showed another key than the pinned one, so Berth does not talk to it.`,
    evidence: [
      {
        source: `dokku:${facts.host}`,
        words: pinned === null ? `It showed ${shown}.` : `It showed ${shown}; ${pinned} is pinned.`,
      },
    ],
    resolutions: [
      {
        act: 'by-hand',
        words: `Compare the key on the host itself with "ssh-keygen -lf"; pin it ${whereSet('BERTH_DOKKU_HOSTS')}, only if it is the same.`,
      },
    ],
    since: facts.sight.failingSince,
    projectId: null,
  }
}

const wishedPlugin = 'postgres'

/** Of many projects that rest on a host these are evidence enough. */
const namedProjects = 3

function pluginMissing(facts: HostFacts, isKnown: Knowledge['isKnown']): Found | null {
  if (facts.plugins.includes(wishedPlugin)) return null
  const wishing = facts.belongings.claims.filter(
    ({ projectId, state, database }) =>
      state !== 'stopped' && database !== null && database.host === facts.host && isKnown(projectId),
  )
  const projectIds = [...new Set(wishing.map(({ projectId }) => projectId))]
  if (projectIds.length === 0) return null
  return {
    kind: 'plugin-missing',
    subject: subjectOf(facts),
    severity: 'attention',
    words: `Dokku host ${facts.host} has no ${wishedPlugin} plugin, though apps on it are to have databases.`,
    evidence: [
      {
        source: `dokku:${facts.host}`,
        words: facts.plugins.length === 0 ? 'It has no service plugin.' : `It has ${facts.plugins.join(', ')}.`,
      },
      ...projectIds.slice(0, namedProjects).map((id) => ({
        source: `gitlab:${id}`,
        words: `The mapping of ${facts.projects.get(id)?.path ?? id} names databases.`,
      })),
    ],
    resolutions: [
      {
        act: 'by-hand',
        words:
          'Install it on the host with "dokku plugin:install", or set "database": null in the mappings of the projects.',
      },
    ],
    since: null,
    projectId: projectIds.length === 1 ? (projectIds[0] ?? null) : null,
  }
}

const diskFree = { attention: 0.1, critical: 0.05 }

function diskLow(facts: HostFacts): Found | null {
  if (facts.disk === null || facts.disk.totalBytes <= 0) return null
  const free = facts.disk.freeBytes / facts.disk.totalBytes
  if (free >= diskFree.attention) return null
  // Whole percents: the bytes are others at every look.
  const words = `Of the disk of Dokku host ${facts.host} ${Math.floor(free * 100)} % is free.`
  return {
    ...ofHost,
    kind: 'disk-low',
    subject: subjectOf(facts),
    severity: free < diskFree.critical ? 'critical' : 'attention',
    words,
    evidence: [{ source: `dokku:${facts.host}`, words }],
    resolutions: [
      { act: 'sweep', words: 'Sweep review apps that nobody needs.' },
      { act: 'by-hand', words: 'Remove old images on the host with "dokku cleanup".' },
    ],
  }
}

const appShare = 0.9

function appLimit(facts: HostFacts): Found | null {
  if (facts.mostApps === null || facts.apps.length < facts.mostApps * appShare) return null
  const words = `Dokku host ${facts.host} has ${facts.apps.length} apps and room for ${facts.mostApps}.`
  return {
    ...ofHost,
    kind: 'app-limit',
    subject: subjectOf(facts),
    severity: 'attention',
    words,
    evidence: [{ source: `dokku:${facts.host}`, words }],
    resolutions: [
      { act: 'sweep', words: 'Sweep review apps that nobody needs.' },
      { act: 'by-hand', words: 'Raise BERTH_DOKKU_MOST_APPS if the host has more room.' },
    ],
  }
}
