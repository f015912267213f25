import type { LookState } from '#lib/db/looks.ts'

/** How often Berth looks, from the environment variables. */
export interface LookSettings {
  idleSeconds: number
  watchedSeconds: number
  /** Of a project that nobody looks at while GitLab tells of it by itself. */
  hookedSeconds: number
  dokkuSeconds: number
  /** Percent of one core that looking at a host may take of it. */
  dokkuSharePercent: number
  herokuSeconds: number
  /** GitLab requests that all instances may make in a minute. */
  requestsPerMinute: number
}

/** How often the list of projects itself is read. */
const projectListSeconds = 300

/** A look at a project costs three requests when nothing changed. */
const requestsPerLook = 3

/** Parts of the budget that idle looks may take; the rest is for changes, for full looks and for people's actions. */
const budgetShare = { watched: 0.5, idle: 0.3, hinted: 0.15 }

/** What is told in one moment is followed together. */
const hintSeconds = 1

/** Part of a host's share that reading the whole of it may take; the rest is for questions about single apps. */
const readingShare = 0.5

/** Heroku gives an account so many requests a minute; looking takes this part of them. */
const herokuPerMinute = 75
const herokuShare = 0.5

const longestBackoffSeconds = 120

/** Seconds between looks at each kind of source, slowed down so that many projects, and large hosts, stay within the budget. */
export function lookIntervals(states: readonly LookState[], settings: LookSettings) {
  const projects = states.filter(({ id }) => id.startsWith('gitlab:'))
  const watchedProjects = projects.filter(({ watched }) => watched).length
  const hintedProjects = projects.filter(({ hinted }) => hinted).length
  const affordable = (count: number, share: number) =>
    (count * requestsPerLook * 60) / (settings.requestsPerMinute * share)
  const idleProject = Math.max(settings.idleSeconds, affordable(projects.length - watchedProjects, budgetShare.idle))
  return {
    watchedProject: Math.max(settings.watchedSeconds, affordable(watchedProjects, budgetShare.watched)),
    idleProject,
    /** Never off: some things GitLab does not tell, and what it tells may get lost. */
    hookedProject: Math.max(settings.hookedSeconds, idleProject),
    hintedProject: Math.max(hintSeconds, affordable(hintedProjects, budgetShare.hinted)),
    watchedHost: settings.dokkuSeconds / 2,
    idleHost: settings.dokkuSeconds,
    /** For each second that reading a host takes of it. */
    hostPerReadingSecond: 100 / (settings.dokkuSharePercent * readingShare),
    watchedHeroku: settings.herokuSeconds / 3,
    idleHeroku: settings.herokuSeconds,
    projectList: projectListSeconds,
  }
}

export type LookIntervals = ReturnType<typeof lookIntervals>

/**
 * When the source is looked at next. One that fails is asked ever less often, every two minutes in the end, and not before
 * it said that asking again makes sense.
 */
export function nextLookAt(state: LookState, intervals: LookIntervals): Date {
  if (state.attemptedAt === null) return new Date(0)
  const attempted = state.attemptedAt.getTime()
  const seconds = intervalOf(state, intervals)
  if (state.failingSince === null) return new Date(attempted + seconds * 1000)
  // Waiting as long as it has failed so far doubles the pause each time.
  const failingSeconds = (attempted - state.failingSince.getTime()) / 1000
  const pause = Math.min(Math.max(Math.min(seconds, longestBackoffSeconds), failingSeconds), longestBackoffSeconds)
  return new Date(Math.max(attempted + pause * 1000, state.retryAt?.getTime() ?? 0))
}

function intervalOf({ id, watched, hooked, readingSeconds, requests }: LookState, intervals: LookIntervals): number {
  if (id === 'gitlab') return intervals.projectList
  if (id.startsWith('gitlab:')) {
    if (watched) return intervals.watchedProject
    return hooked ? intervals.hookedProject : intervals.idleProject
  }
  if (id === 'heroku') {
    const affordable = ((requests ?? 0) * 60) / (herokuPerMinute * herokuShare)
    return Math.max(watched ? intervals.watchedHeroku : intervals.idleHeroku, affordable)
  }
  const wanted = watched ? intervals.watchedHost : intervals.idleHost
  return Math.max(wanted, (readingSeconds ?? 0) * intervals.hostPerReadingSecond)
}

/** Sources whose time has come and that nobody holds, the longest overdue first. */
export function dueSources(states: readonly LookState[], settings: LookSettings, asOf: Date): string[] {
  const intervals = lookIntervals(states, settings)
  return states
    .filter(({ held }) => !held)
    .map((state) => ({ id: state.id, at: nextLookAt(state, intervals).getTime() }))
    .filter(({ at }) => at <= asOf.getTime())
    .sort((one, other) => one.at - other.at)
    .map(({ id }) => id)
}

/**
 * Projects whose hints are to be followed now, if nobody holds them. While GitLab fails they wait for the regular look, which
 * asks with patience.
 */
export function dueHints(states: readonly LookState[], settings: LookSettings, asOf: Date): number[] {
  const { hintedProject } = lookIntervals(states, settings)
  return states
    .filter(({ hinted, held, failingSince }) => hinted && !held && failingSince === null)
    .filter(({ hintedAt }) => hintedAt === null || asOf.getTime() - hintedAt.getTime() >= hintedProject * 1000)
    .map(({ id }) => Number(id.slice('gitlab:'.length)))
}
