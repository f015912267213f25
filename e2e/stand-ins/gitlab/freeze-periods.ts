import { CronExpressionParser } from 'cron-parser'
import { page } from './page.ts'
import { created, noContent, notFound, ok, Refusal, type Reply } from './reply.ts'
import { numberParam, projectOf, type Request } from './request.ts'
import { type FreezePeriod, nextId, type Project } from './world.ts'

const present = (period: FreezePeriod) => ({
  id: period.id,
  freeze_start: period.freezeStart,
  freeze_end: period.freezeEnd,
  cron_timezone: period.timeZone,
  created_at: period.createdAt,
  updated_at: period.updatedAt,
})

const list = (request: Request): Reply => page(request, projectOf(request).freezePeriods, present)

function periodOf(request: Request): { project: Project; period: FreezePeriod } {
  const project = projectOf(request)
  const id = numberParam(request, 'freezePeriodId')
  const period = project.freezePeriods.find((candidate) => candidate.id === id)
  if (!period) throw notFound('Freeze Period')
  return { project, period }
}

/** What the body says, over what there was; GitLab takes no cron line that it cannot read. */
function fields({ body }: Request, before: Pick<FreezePeriod, 'freezeStart' | 'freezeEnd' | 'timeZone'>) {
  const text = (name: string, otherwise: string) => (typeof body[name] === 'string' ? body[name] : otherwise)
  const fields = {
    freezeStart: text('freeze_start', before.freezeStart),
    freezeEnd: text('freeze_end', before.freezeEnd),
    timeZone: text('cron_timezone', before.timeZone),
  }
  const flaws = {
    ...(isCron(fields.freezeStart, 'UTC') ? {} : { freeze_start: ['is invalid syntax'] }),
    ...(isCron(fields.freezeEnd, 'UTC') ? {} : { freeze_end: ['is invalid syntax'] }),
    ...(isCron('0 0 * * *', fields.timeZone) ? {} : { cron_timezone: ['is invalid syntax'] }),
  }
  if (Object.keys(flaws).length > 0) throw new Refusal(400, { message: flaws })
  return fields
}

function isCron(line: string, tz: string): boolean {
  try {
    // Five fields: the parser would take a sixth, for seconds.
    return line.trim().split(/\s+/).length === 5 && CronExpressionParser.parse(line, { tz }).hasNext()
  } catch {
    return false
  }
}

const create = (request: Request): Reply => {
  const { world } = request
  const project = projectOf(request)
  const at = new Date()
  const period = {
    id: nextId(world, 'freezePeriod'),
    ...fields(request, { freezeStart: '', freezeEnd: '', timeZone: 'UTC' }),
    createdAt: at,
    updatedAt: at,
  }
  project.freezePeriods.push(period)
  return created(present(period))
}

const update = (request: Request): Reply => {
  const { period } = periodOf(request)
  Object.assign(period, fields(request, period), { updatedAt: new Date() })
  return ok(present(period))
}

const remove = (request: Request): Reply => {
  const { project, period } = periodOf(request)
  project.freezePeriods = project.freezePeriods.filter((candidate) => candidate !== period)
  return noContent()
}

export const freezePeriodRoutes = {
  'GET /projects/:id/freeze_periods': list,
  'POST /projects/:id/freeze_periods': create,
  'GET /projects/:id/freeze_periods/:freezePeriodId': (request: Request) => ok(present(periodOf(request).period)),
  'PUT /projects/:id/freeze_periods/:freezePeriodId': update,
  'DELETE /projects/:id/freeze_periods/:freezePeriodId': remove,
}
