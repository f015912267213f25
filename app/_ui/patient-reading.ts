const againMs = 1000

/** A proxy's words for a Berth that is starting. */
const nobodyThere = new Set([502, 503, 504])

interface Patience {
  /** Whether this is the page that stands there already: it is taken whole or not at all, any other as it comes. */
  isShown(url: string): boolean
  pause?(): Promise<void>
}

/**
 * A `fetch` that asks again until somebody answers, where Next reads a page. Next itself loads the address anew when a read
 * reaches nobody, and breaks off when it gets half of one: an error page, which does not come back by itself, takes the place
 * of what was known. What changes something is never sent twice.
 */
export function patiently(send: typeof fetch, { isShown, pause = aMoment }: Patience): typeof fetch {
  return async (input, init) => {
    if (!readsPage(init)) return send(input, init)
    for (;;) {
      try {
        const answer = await send(input, init)
        // The copy is thrown away: it tells whether all has come.
        if (isShown(input instanceof Request ? input.url : String(input))) await answer.clone().arrayBuffer()
        if (!nobodyThere.has(answer.status)) return answer
      } catch (error) {
        if (init?.signal?.aborted) throw error
      }
      await pause()
    }
  }
}

/** What is read ahead may fail: it is read again when it is wanted. */
function readsPage(init: RequestInit | undefined): boolean {
  const headers = new Headers(init?.headers)
  return (init?.method ?? 'GET') === 'GET' && headers.has('rsc') && !headers.has('next-router-prefetch')
}

const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, againMs))
