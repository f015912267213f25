import { instance } from '#lib/context.ts'
import { BerthError } from '#lib/domain/errors.ts'
import { withRequestId } from '#lib/log.ts'
import { type Reception, receiveWebhook } from '#lib/operations/receive-webhook.ts'
import { requestIdHeader, requestIdOf } from '../../../../_security/request-id.ts'
import { bytesOf, idIn } from '../../../input.ts'
import { json } from '../../../json.ts'
import { notBelieved, problem, tooLarge, tooMany } from '../../../problem.ts'

export const dynamic = 'force-dynamic'

interface Place {
  params: Promise<{ projectId: string }>
}

/** Where GitLab calls. Neither a session nor an API token opens it, only what Berth and GitLab agreed on for this project. */
export function POST(request: Request, { params }: Place): Promise<Response> {
  return withRequestId(requestIdOf(request.headers.get(requestIdHeader)), async () => {
    try {
      const projectId = idIn((await params).projectId)
      const readBody = (mostBytes: number) => bytesOf(request, mostBytes)
      return answerTo(await receiveWebhook(instance().world, { projectId, headers: request.headers, readBody }))
    } catch (error) {
      return problem(error)
    }
  })
}

function answerTo(reception: Reception): Response {
  switch (reception.outcome) {
    case 'accepted':
      return json({ outcome: 'accepted' }, { status: 202 })
    case 'repeated':
      return json({ outcome: 'repeated' })
    case 'unknown':
      return problem(new BerthError('not-found', 'berth', 'Berth knows no webhook of this project.'))
    case 'refused':
      return notBelieved(reception.why)
    case 'too-large':
      return tooLarge(reception.why)
    case 'not-understood':
      return problem(new BerthError('invalid', 'berth', reception.why))
    case 'too-many':
      return tooMany(reception.waitSeconds)
  }
}
