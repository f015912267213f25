/** A stream that is silent for longer is cut by proxies on the way. */
export const heartbeatMs = 15_000

/** The browser comes back by itself, and has to be recognized again: a session that ended is noticed. */
export const longestMs = 15 * 60_000

/** Server-sent events, as they go out. */
export function eventStreamResponse(stream: ReadableStream<Uint8Array>): Response {
  const headers = {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // nginx holds a stream back until its buffer is full, unless told not to.
    'x-accel-buffering': 'no',
  }
  return new Response(stream, { headers })
}
