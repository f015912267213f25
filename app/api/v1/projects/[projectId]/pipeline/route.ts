import { draftPipeline } from '#lib/operations/pipeline-draft.ts'
import { proposePipeline } from '#lib/operations/propose-pipeline.ts'
import { pipelineSubject } from '#lib/queries/pipeline.ts'
import { Options } from '../../../../../projects/[id]/pipeline/options-schema.ts'
import { optionsIn } from '../../../../../projects/[id]/pipeline/options-url.ts'
import { door } from '../../../../door.ts'
import { idIn, optionalBodyOf } from '../../../../input.ts'

export const dynamic = 'force-dynamic'

interface Place {
  params: Promise<{ projectId: string }>
}

/** The page's address takes the same options. */
export function GET(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => {
    const projectId = idIn((await params).projectId)
    const { usual } = await pipelineSubject(ctx, projectId)
    const options = optionsIn(Object.fromEntries(new URL(request.url).searchParams), usual)
    return { options, ...(await draftPipeline(ctx, { projectId, options })) }
  })
}

/** What is not said is usual for the language. */
export function POST(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => {
    const projectId = idIn((await params).projectId)
    const { database, ...texts } = await optionalBodyOf(request, Options.partial())
    const { usual } = await pipelineSubject(ctx, projectId)
    const given = { ...texts, ...(database === undefined ? {} : { database: database ? 'yes' : 'no' }) }
    return proposePipeline(ctx, { projectId, options: optionsIn(given, usual) })
  })
}
