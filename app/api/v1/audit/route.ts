import { auditExport, parseAuditExport } from '#lib/queries/activity.ts'
import { door } from '../../door.ts'
import { auditCsv, auditJson } from './audit-text.ts'

export const dynamic = 'force-dynamic'

const types = { csv: 'text/csv; charset=utf-8', json: 'application/json' }

/** The audit as a file, newest first: `?project=&actor=&action=&outcome=&from=&to=&format=csv|json`. */
export function GET(request: Request): Promise<Response> {
  return door(request, async (ctx) => {
    const { query, format } = parseAuditExport(new URL(request.url).searchParams)
    const batches = auditExport(ctx, query)
    const text = format === 'csv' ? auditCsv(batches) : auditJson(batches)
    const day = ctx.now().toISOString().slice(0, 10)
    const headers = {
      'content-type': types[format],
      'content-disposition': `attachment; filename="berth-audit-${day}.${format}"`,
      'cache-control': 'no-store',
    }
    return new Response(streamOf(text), { headers })
  })
}

/** Reads on only when the reader has taken what was read: however long the audit is, little of it is in memory. */
function streamOf(text: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await text.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await text.return(undefined)
    },
  })
}
