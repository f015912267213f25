const againMs = 1000

/** A proxy's words for a Berth that is starting. */
const nobodyThere = new Set([502, 503, 504])

/**
 * A `fetch` that asks again until somebody answers, where Next reads a page. Next itself loads the address anew when a read
 * reaches nobody, and the browser's error page, which does not come back by itself, takes the place of what was known. What
 * changes something is never sent twice.
 */
export function patiently(send: typeof fetch, pause: () => Promise<void> = aMoment): typeof fetch {
  return async (input, init) => {
    if (!readsPage(init)) return send(input, init)
    for (;;) {
      try {
        const answer = await send(input, init)
        if (!nobodyThere.has(answer.status)) return answer
        await answer.body?.cancel()
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
