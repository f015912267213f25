import { accessLevel, level } from './members.ts'
import { page } from './page.ts'
import { badParameter, created, forbidden, noContent, notFound, ok, Refusal, type Reply } from './reply.ts'
import { projectOf, type Request } from './request.ts'
import type { Variable } from './wiring.ts'

/** With its value: GitLab shows it to whoever may see the variable at all. */
const present = (variable: Variable) => ({
  variable_type: variable.type,
  key: variable.key,
  value: variable.value,
  hidden: false,
  protected: variable.isProtected,
  masked: variable.isMasked,
  raw: false,
  environment_scope: variable.environmentScope,
  description: variable.description,
})

const list = (request: Request): Reply => page(request, projectOf(request).wiring.variables, present)

const truth = (value: unknown, otherwise: boolean): boolean =>
  value === undefined ? otherwise : value === true || value === 'true'

const flaw = (field: string, words: string): Refusal => new Refusal(400, { message: { [field]: [words] } })

function fields({ body }: Request, before: Variable): Variable {
  const type = body.variable_type ?? before.type
  if (type !== 'env_var' && type !== 'file') throw badParameter('variable_type does not have a valid value')
  const variable: Variable = {
    ...before,
    type,
    value: body.value === undefined ? before.value : String(body.value),
    isProtected: truth(body.protected, before.isProtected),
    isMasked: truth(body.masked, before.isMasked),
    environmentScope: body.environment_scope === undefined ? before.environmentScope : String(body.environment_scope),
    description: body.description === undefined ? before.description : String(body.description),
  }
  // What is masked has one line of at least eight characters.
  if (variable.isMasked && !/^[\w+=/@:.~-]{8,}$/.test(variable.value)) throw flaw('value', 'is invalid')
  return variable
}

const create = (request: Request): Reply => {
  const { variables } = projectOf(request).wiring
  const { key, value } = request.body
  if (typeof key !== 'string') throw badParameter('key is missing')
  if (typeof value !== 'string') throw badParameter('value is missing')
  if (!/^\w{1,255}$/.test(key)) throw flaw('key', "can contain only letters, digits and '_'.")
  const blank: Variable = {
    key,
    value,
    type: 'env_var',
    isProtected: false,
    isMasked: false,
    environmentScope: '*',
    description: null,
  }
  const variable = fields(request, blank)
  if (variables.some((one) => one.key === key && one.environmentScope === variable.environmentScope))
    throw flaw('key', `(${key}) has already been taken`)
  variables.push(variable)
  return created(present(variable))
}

/** The one that the path names; with several scopes of one name, GitLab wants to be told which. */
function named(request: Request): { variables: Variable[]; at: number } {
  const { variables } = projectOf(request).wiring
  const scope = request.query.get('filter[environment_scope]')
  const found = variables.filter(
    ({ key, environmentScope }) => key === request.params.key && (scope === null || environmentScope === scope),
  )
  if (found.length > 1)
    throw new Refusal(409, {
      message:
        "409 Conflict: There are multiple variables with provided parameters. Please use 'filter[environment_scope]'",
    })
  const [one] = found
  if (!one) throw notFound('Variable')
  return { variables, at: variables.indexOf(one) }
}

const change = (request: Request): Reply => {
  const { variables, at } = named(request)
  const changed = fields(request, variables[at] as Variable)
  variables[at] = changed
  return ok(present(changed))
}

const remove = (request: Request): Reply => {
  const { variables, at } = named(request)
  variables.splice(at, 1)
  return noContent()
}

/** Of a group: for its owners alone; whoever is only in one of its projects sees the group, and nothing of its settings. */
const ofGroup = (request: Request): Reply => {
  const { world, user, params } = request
  const path = params.id ?? ''
  const projects = [...world.projects.values()].filter((project) => project.path.startsWith(`${path}/`))
  const held = Math.max(0, ...projects.map((project) => accessLevel(world, project, user)))
  if (held === 0) throw notFound('Group')
  if (held < level.owner) throw forbidden()
  return page(request, world.groupVariables[path] ?? [], present)
}

export const variableRoutes = {
  'GET /projects/:id/variables': list,
  'POST /projects/:id/variables': create,
  'PUT /projects/:id/variables/:key': change,
  'DELETE /projects/:id/variables/:key': remove,
  'GET /groups/:id/variables': ofGroup,
}
