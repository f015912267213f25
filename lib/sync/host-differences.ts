import type { DokkuApp, DokkuEvent, Process, ProcessReport } from '#lib/domain/dokku-app.ts'

/**
 * What happened to a host's apps between two looks, for hosts that do not tell it themselves. An instant is Dokku's own
 * where it has one, else that of the later look.
 */
export function appEvents(before: readonly DokkuApp[], after: readonly DokkuApp[], asOf: Date): DokkuEvent[] {
  const known = new Map(before.map((app) => [app.name, app]))
  const there = new Set(after.map(({ name }) => name))
  const gone = before.filter(({ name }) => !there.has(name))
  return [
    ...gone.map(({ name }) => ofApp(name, 'destroyed', asOf, 'The app was destroyed.')),
    ...after.flatMap((app) => {
      const earlier = known.get(app.name)
      return earlier ? changesOf(earlier, app, asOf) : arrivalOf(app, asOf)
    }),
  ]
}

function arrivalOf(app: DokkuApp, asOf: Date): DokkuEvent[] {
  const created = ofApp(app.name, 'created', app.createdAt ?? asOf, 'The app was created.')
  return isDeployed(app) ? [created, deployment(app, asOf)] : [created]
}

function changesOf(before: DokkuApp, after: DokkuApp, asOf: Date): DokkuEvent[] {
  const events: DokkuEvent[] = []
  if (isDeployed(after) && isOtherDeployment(before, after)) events.push(deployment(after, asOf))
  // A host that does not tell of locks (`null`) neither locked nor unlocked anything.
  if (before.locked === false && after.locked === true) {
    events.push(ofApp(after.name, 'locked', asOf, 'Deploys were locked.'))
  }
  if (before.locked === true && after.locked === false) {
    events.push(ofApp(after.name, 'unlocked', asOf, 'The deploy lock was taken away.'))
  }
  return events
}

const isDeployed = ({ deployedSha, sourceImage }: DokkuApp): boolean => deployedSha !== null || sourceImage !== null

/** By its time where Dokku tells one: the same commit may be deployed again. */
function isOtherDeployment(before: DokkuApp, after: DokkuApp): boolean {
  if (before.deployedAt !== null && after.deployedAt !== null) return after.deployedAt > before.deployedAt
  return before.deployedSha !== after.deployedSha || before.sourceImage !== after.sourceImage
}

function deployment(app: DokkuApp, asOf: Date): DokkuEvent {
  const what = app.deployedSha === null ? `the image ${app.sourceImage}` : app.deployedSha.slice(0, 8)
  return ofApp(app.name, 'deployed', app.deployedAt ?? asOf, `Deployed ${what}.`)
}

const ofApp = (app: string, kind: DokkuEvent['kind'], at: Date, words: string): DokkuEvent => ({
  at,
  app,
  kind,
  process: null,
  words,
})

/** What became of an app's processes between two reports. `[]` where there was none before: nothing is known to have happened. */
export function processEvents(
  app: string,
  { before, after }: { before: ProcessReport | null; after: ProcessReport },
  asOf: Date,
): DokkuEvent[] {
  if (before === null) return []
  const earlier = new Map(before.processes.map((process) => [nameOf(process), process.status]))
  const there = new Set(after.processes.map(nameOf))
  const gone = before.processes.filter((process) => !there.has(nameOf(process)))
  const of = (process: Process, { kind, words }: Pick<DokkuEvent, 'kind' | 'words'>): DokkuEvent => ({
    at: asOf,
    app,
    kind,
    process: nameOf(process),
    words: `${nameOf(process)} ${words}.`,
  })
  return [
    ...gone.map((process) => of(process, { kind: 'stopped', words: 'is no longer there' })),
    ...after.processes.flatMap((process) => {
      if (earlier.get(nameOf(process)) === process.status) return []
      const happened = happening(process.status, after.restore)
      return happened ? [of(process, happened)] : []
    }),
  ]
}

const nameOf = ({ type, index }: Process): string => `${type}.${index}`

/** What a new status means; `null` for one on the way to another. `restore` is false after somebody stopped the app. */
function happening(status: Process['status'], restore: boolean): Pick<DokkuEvent, 'kind' | 'words'> | null {
  switch (status) {
    case 'running':
      return { kind: 'started', words: 'runs' }
    case 'restarting':
      return { kind: 'restarting', words: 'died and is restarted again and again' }
    case 'exited':
    case 'dead':
      return restore ? { kind: 'died', words: 'died' } : { kind: 'stopped', words: 'was stopped' }
    case 'missing':
      return restore ? { kind: 'died', words: 'has lost its container' } : { kind: 'stopped', words: 'was stopped' }
    case 'paused':
      return { kind: 'stopped', words: 'was paused' }
    case 'created':
    case 'removing':
      return null
  }
}
