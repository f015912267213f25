import { z } from 'zod'
import { changeSettings } from '#lib/operations/change-settings.ts'
import { settingsOf } from '#lib/queries/settings.ts'
import { Settings } from '../../../../../projects/[id]/settings/settings-schema.ts'
import { door } from '../../../../door.ts'
import { bodyOf, idIn } from '../../../../input.ts'

export const dynamic = 'force-dynamic'

interface Place {
  params: Promise<{ projectId: string }>
}

/** `seen` is the `changedAt` that was read with the settings: who changes what somebody else has changed since is refused. */
const change = z.strictObject({ settings: Settings, seen: z.iso.datetime().nullable() })

export function GET(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => settingsOf(ctx, idIn((await params).projectId)))
}

export function PUT(request: Request, { params }: Place): Promise<Response> {
  return door(request, async (ctx) => {
    const projectId = idIn((await params).projectId)
    const { settings, seen } = await bodyOf(request, change)
    return changeSettings(ctx, { projectId, settings, seen: seen === null ? null : new Date(seen) })
  })
}
