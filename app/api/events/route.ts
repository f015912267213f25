import { type Context, instance } from '#lib/context.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { renewWatchMs, watch } from '#lib/operations/watch.ts'
import { subscribe } from '#lib/queries/changes.ts'
import { door } from '../door.ts'
import { eventStreamResponse, heartbeatMs, longestMs } from '../event-stream.ts'

export const dynamic = 'force-dynamic'

const mostTopics = 20
const topicForm =
  /^(?:fleet|findings|activity|(?:project|environment|job):\d{1,16}|operation:[0-9a-f-]{36}|host:[a-z0-9-]{1,60})$/

/** A browser that does not read is let go; it comes back and reloads. */
const mostUnread = 100

/** The live stream: `changed` events with the topics that changed, for `?topics=project:42,operation:…`. */
export function GET(request: Request): Promise<Response> {
  return door(request, async (ctx) => {
    const stream = eventStream(ctx, topicsIn(request), request.signal)
    return eventStreamResponse(stream)
  })
}

function topicsIn(request: Request): string[] {
  const topics = [...new Set((new URL(request.url).searchParams.get('topics') ?? '').split(',').filter(Boolean))]
  const strange = topics.find((topic) => !topicForm.test(topic))
  if (strange !== undefined) throw new BerthError('invalid', 'berth', `"${strange.slice(0, 60)}" is not a topic.`)
  if (topics.length === 0 || topics.length > mostTopics) {
    throw new BerthError('invalid', 'berth', `Ask for 1 to ${mostTopics} topics.`)
  }
  return topics
}

function eventStream(ctx: Context, topics: readonly string[], closed: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const ended = new AbortController()
  const end = () => ended.abort()
  return new ReadableStream({
    async start(controller) {
      const say = (text: string) => {
        if (ended.signal.aborted) return
        if ((controller.desiredSize ?? 0) < -mostUnread) return end()
        controller.enqueue(encoder.encode(text))
      }
      const renew = () => watch(ctx, topics).catch((error) => console.error('A watch was not renewed.', error))
      const unsubscribe = await subscribe(instance().databaseUrl, topics, (changed) =>
        say(`event: changed\ndata: ${JSON.stringify({ topics: changed })}\n\n`),
      )
      const timers = [
        setInterval(() => say(': still here\n\n'), heartbeatMs),
        setInterval(renew, renewWatchMs),
        setTimeout(end, longestMs),
      ]
      ended.signal.addEventListener('abort', () => {
        for (const timer of timers) clearInterval(timer)
        unsubscribe()
        // A reader that went away has closed it already.
        try {
          controller.close()
        } catch {}
      })
      closed.addEventListener('abort', end)
      if (closed.aborted) return end()
      say('retry: 2000\n\nevent: listening\ndata: {}\n\n')
      await renew()
    },
    cancel: end,
  })
}
