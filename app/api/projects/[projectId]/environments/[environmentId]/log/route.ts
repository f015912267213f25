import { instance } from '#lib/context.ts'
import type { AppLogPart, AppLogPlace } from '#lib/domain/app-log.ts'
import { type AppLogReader, openAppLog } from '#lib/queries/app-log.ts'
import { door } from '../../../../../door.ts'
import { eventStreamResponse, heartbeatMs, longestMs } from '../../../../../event-stream.ts'
import { idIn } from '../../../../../input.ts'

export const dynamic = 'force-dynamic'

interface Place {
  params: Promise<{ projectId: string; environmentId: string }>
}

/**
 * An app's log as it grows: `lines` events, whose id asks for what follows them (`Last-Event-ID`, or `?after=` of a browser
 * that opens the stream itself), and `state` events, which say whether the app's lines arrive at all.
 */
export function GET(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => {
    const { projectId, environmentId } = await params
    const reader = await openAppLog(ctx, instance().databaseUrl, {
      projectId: idIn(projectId),
      environmentId: idIn(environmentId),
      after: placeIn(request),
    })
    return eventStreamResponse(eventStream(reader, request.signal))
  })
}

function placeIn(request: Request): AppLogPlace | null {
  const given = request.headers.get('last-event-id') ?? new URL(request.url).searchParams.get('after') ?? ''
  const { log, id } = /^(?<log>[0-9a-z]{1,16})-(?<id>\d{1,15})$/.exec(given)?.groups ?? {}
  return log && id ? { log, id: Number(id) } : null
}

/** Reads on only when the browser has taken what was read before. */
function eventStream(reader: AppLogReader, closed: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let timer: NodeJS.Timeout
  const end = () => {
    clearTimeout(timer)
    reader.close()
  }
  return new ReadableStream({
    start(controller) {
      timer = setTimeout(end, longestMs)
      closed.addEventListener('abort', end)
      if (closed.aborted) end()
      controller.enqueue(encoder.encode('retry: 2000\n\n'))
    },
    async pull(controller) {
      const part = await reader.next(heartbeatMs)
      if (part) controller.enqueue(encoder.encode(eventsOf(part)))
      else controller.close()
    },
    cancel: end,
  })
}

function eventsOf({ log, anew, skipped, lines, state }: AppLogPart): string {
  const events = []
  if (anew || skipped > 0 || lines.length > 0) {
    const lastId = lines.at(-1)?.id ?? 0
    events.push(`id: ${log}-${lastId}\nevent: lines\ndata: ${JSON.stringify({ anew, skipped, lines })}\n\n`)
  }
  if (state) events.push(`event: state\ndata: ${JSON.stringify(state)}\n\n`)
  return events.join('') || ': still here\n\n'
}
