import { type Context, instance } from '#lib/context.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { type LivePlace, livePlaceIn, livePlaceText } from '#lib/domain/live-place.ts'
import { log } from '#lib/log.ts'
import { renewWatchMs, watch } from '#lib/operations/watch.ts'
import { changesOf } from '#lib/queries/changes.ts'
import { visibleTopics } from '#lib/queries/topics.ts'
import { door } from '../door.ts'
import { eventStreamResponse, heartbeatMs, longestMs } from '../event-stream.ts'

export const dynamic = 'force-dynamic'

const mostTopics = 20
const topicForm =
  /^(?:fleet|findings|activity|channels|(?:project|environment|job):\d{1,16}|operation:[0-9a-f-]{36}|host:[a-z0-9-]{1,60})$/

/** A browser that does not read is let go; it comes back and reloads. */
const mostUnread = 100

/**
 * The live stream: `changed` events with the topics that changed, for `?topics=project:42,operation:…`. Each has an id that
 * says how far the reader has heard. Who comes back with it, as `Last-Event-ID` or `?since=`, is told what changed meanwhile;
 * `listening` says whether that could be told (`resumed`), or everything must be read again.
 */
export function GET(request: Request): Promise<Response> {
  return door(request, async (ctx) => {
    const topics = await visibleTopics(ctx, topicsIn(request))
    const stream = eventStream(ctx, { topics, since: placeIn(request) }, request.signal)
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

/** A browser that comes back by itself still has the address that it first came with, so its header counts more. */
function placeIn(request: Request): LivePlace | null {
  const since = request.headers.get('last-event-id') ?? new URL(request.url).searchParams.get('since')
  return since === null ? null : livePlaceIn(since)
}

function eventStream(
  ctx: Context,
  { topics, since }: { topics: readonly string[]; since: LivePlace | null },
  closed: AbortSignal,
): ReadableStream<Uint8Array> {
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
      const renew = () => watch(ctx, topics).catch((error) => log.error({ err: error }, 'A watch was not renewed.'))
      const changes = changesOf(instance())
      const unsubscribe = await changes.subscribe(
        { topics, since },
        {
          onOpen(missed, place) {
            const told = missed && missed.length > 0 ? eventText('changed', { topics: missed }, null) : ''
            say(`retry: 2000\n\n${told}${eventText('listening', { resumed: missed !== null }, place)}`)
          },
          onChange: (changed, place) => say(eventText('changed', { topics: changed }, place)),
        },
      )
      const timers = [
        setInterval(() => say(eventText('still-here', {}, changes.place())), heartbeatMs),
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
      await renew()
    },
    cancel: end,
  })
}

/** With `place` the browser stands there from now on. */
const eventText = (event: string, data: object, place: LivePlace | null): string =>
  `${place ? `id: ${livePlaceText(place)}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
