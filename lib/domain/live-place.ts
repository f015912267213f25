/**
 * How far somebody has heard the announcements: all up to `last`, but none of `gaps`. Transactions become visible in another
 * order than they took their numbers, so a lower number may come after a higher one.
 */
export interface LivePlace {
  last: number
  gaps: readonly number[]
}

/** Beyond these a place says nothing: whoever stands there keeps the one before. */
const mostGaps = 64

/** A transaction that announces ends within this, or never does: a number that stays away for longer was rolled back. */
const gapMs = 2 * 60_000

const form = new RegExp(`^\\d{1,15}(?:-\\d{1,15}){0,${mostGaps}}$`)

/** `120`, or `120-117-118` when 117 and 118 have not been heard. */
export const livePlaceText = ({ last, gaps }: LivePlace): string => [last, ...gaps].join('-')

/** `null` for what is no place. */
export function livePlaceIn(text: string): LivePlace | null {
  if (!form.test(text)) return null
  const [last = 0, ...gaps] = text.split('-').map(Number)
  return { last, gaps }
}

/** Keeps book of the announcements that were heard. */
export interface Heard {
  add(id: number, asOf: Date): void
  /** `null` while more are missing than a place can name. */
  place(asOf: Date): LivePlace | null
}

/** Begins with what can be seen already: the newest number that was given out, and the latest of those that are there. */
export function createHeard(seen: { newest: number; ids: readonly number[] }, asOf: Date): Heard {
  const { newest } = seen
  const oldest = seen.ids.reduce((least, id) => Math.min(least, id), Math.max(newest, 1))
  const gaps = new Map<number, number>()
  let last = newest

  function miss(from: number, to: number, since: Date): void {
    for (let id = Math.max(from, to - 2 * mostGaps); id <= to; id += 1) gaps.set(id, since.getTime())
  }

  miss(oldest, newest, asOf)
  for (const id of seen.ids) gaps.delete(id)
  return {
    add(id, at) {
      gaps.delete(id)
      if (id <= last) return
      miss(last + 1, id - 1, at)
      last = id
    },
    place(at) {
      for (const [id, since] of gaps) if (at.getTime() - since > gapMs) gaps.delete(id)
      return gaps.size > mostGaps ? null : { last, gaps: [...gaps.keys()] }
    },
  }
}
