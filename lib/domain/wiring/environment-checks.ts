import { isInLane } from '#lib/domain/app-name.ts'
import type { AppLocation } from '#lib/domain/mapping.ts'
import { type Check, counted, found, type Judged, ok, some, toldOr } from './check.ts'
import type { MappedEnvironment, WiringFacts } from './facts.ts'

/** Whether every environment has an app of its own, by a name that can be. */
export function environmentChecks(facts: WiringFacts): Check[] {
  return [mapped(facts), environmentsApart(facts), branchesApart(facts), namesFit(facts), autoStop(facts)].map(
    (check) => ({
      group: 'environments',
      ...check,
    }),
  )
}

const isUp = ({ state }: MappedEnvironment): boolean => state !== 'stopped'

function mapped({ environments, hosts }: WiringFacts): Judged {
  const name = 'Every environment has its app'
  const up = environments.filter(isUp)
  const lost = up.filter(({ app }) => app === null)
  const elsewhere = up.filter(({ app }) => app !== null && !hosts.some((host) => host.name === app.host))
  if (lost.length === 0 && elsewhere.length === 0)
    return ok(
      name,
      up.length === 0 ? 'No environment is up.' : `The mapping names the app of ${counted(up.length, 'environment')}.`,
    )
  const words =
    lost.length > 0
      ? `No rule says which app ${some(lost.map((one) => one.name))} ${lost.length === 1 ? 'is' : 'are'}: no app serves the host of the environment’s URL, and none is named by hand.`
      : `The mapping leads to ${some([...new Set(elsewhere.map(({ app }) => (app as AppLocation).host))])}, which Berth does not know.`
  return found('problem', name, words, {
    evidence: [...lost, ...elsewhere]
      .slice(0, 5)
      .map((one) => `${one.name}: ${one.app === null ? 'no app' : whole(one.app)}`),
    fix: {
      kind: 'command',
      words: 'Name them in BERTH_MAPPINGS',
      text: JSON.stringify(
        {
          named: Object.fromEntries(
            [...lost, ...elsewhere]
              .slice(0, 5)
              .map((one) => [one.name, { host: hosts[0]?.name ?? 'review', app: 'APP' }]),
          ),
        },
        null,
        2,
      ),
    },
  })
}

const whole = ({ host, app }: AppLocation): string => `${host}/${app}`

function environmentsApart({ environments }: WiringFacts): Judged {
  const name = 'No two environments share an app'
  const up = environments.flatMap((one) =>
    isUp(one) && one.app !== null ? [{ name: one.name, key: whole(one.app) }] : [],
  )
  const shared = [...Map.groupBy(up, ({ key }) => key)].filter(([, users]) => users.length > 1)
  if (shared.length === 0) return ok(name, 'Each environment that is up has an app of its own.')
  const [first] = shared
  return found(
    'problem',
    name,
    `${first?.[1].map((user) => user.name).join(' and ')} are both ${first?.[0]}: each deployment replaces the other’s.`,
    {
      evidence: shared.slice(0, 5).map(([key, users]) => `${key}: ${users.map((user) => user.name).join(', ')}`),
      fix: {
        kind: 'command',
        words: 'Tell the apps apart in BERTH_MAPPINGS and in the pipeline',
        text: '{ "reviewApp": "$CI_PROJECT_NAME-$CI_ENVIRONMENT_SLUG" }',
      },
    },
  )
}

/** Two branches whose names become one: `a/b` and `a-b` where the environment is named by the slug of the branch. */
function branchesApart({ expectedApps }: WiringFacts): Judged {
  const name = 'No two branches share a review app'
  const shared = [...Map.groupBy(expectedApps, ({ app }) => app)].filter(
    ([, users]) => new Set(users.map(({ branch }) => branch)).size > 1,
  )
  if (shared.length === 0)
    return ok(
      name,
      `${counted(expectedApps.length, 'branch').replace('branchs', 'branches')} ${expectedApps.length === 1 ? 'has an app name' : 'have app names'} of their own.`,
    )
  const [first] = shared
  const words = `${first?.[1].map(({ branch }) => branch).join(' and ')} both become app ${first?.[0]}: whoever pushes last replaces the other.`
  return found('problem', name, words, {
    evidence: shared.slice(0, 5).map(([app, users]) => `${app}: ${users.map(({ branch }) => branch).join(', ')}`),
    fix: {
      kind: 'command',
      words:
        'Name the environment by the branch itself: its $CI_ENVIRONMENT_SLUG then ends in a hash that tells them apart',
      text: 'environment:\n  name: review/$CI_COMMIT_REF_NAME\n',
    },
  })
}

/** A label of a domain name has at most 63 characters, and an app of Heroku at most 30. */
const most = { dokku: 63, heroku: 30 }

function namesFit(facts: WiringFacts): Judged {
  const name = 'App names are short enough'
  const onDokku = [
    ...facts.environments.flatMap((one) => (isUp(one) && one.app ? [one.app.app] : [])),
    ...facts.expectedApps.map(({ app }) => app),
  ].filter((app) => app.split('.').some((label) => label.length > most.dokku))
  const onHeroku = herokuApps(facts).filter((app) => app.length > most.heroku)
  if (onDokku.length === 0 && onHeroku.length === 0) return ok(name, 'Every app’s name fits into a domain name.')
  const words =
    onHeroku.length > 0
      ? `Heroku takes app names of at most ${most.heroku} characters: ${some(onHeroku)} ${onHeroku.length === 1 ? 'is' : 'are'} longer.`
      : `A part of a domain name has at most ${most.dokku} characters: ${some(onDokku, 2)} cannot be reached by ${onDokku.length === 1 ? 'its' : 'their'} name.`
  return found('problem', name, words, {
    evidence: [...onHeroku, ...onDokku].slice(0, 5).map((app) => `${app}: ${app.length} characters`),
  })
}

/** Apps that the pipeline's jobs name to Heroku, as far as their names are written out. */
function herokuApps({ pipeline }: WiringFacts): string[] {
  const jobs = toldOr(pipeline, null)?.jobs ?? []
  return jobs
    .filter(({ lines }) => lines.some((line) => /heroku/i.test(line)))
    .flatMap(({ lines }) =>
      lines.flatMap(
        (line) => /--app[= ]([a-z][\w-]*)/.exec(line)?.[1] ?? /^([a-z][a-z0-9-]{2,})$/.exec(line)?.[1] ?? [],
      ),
    )
}

function autoStop({ environments, pipeline }: WiringFacts): Judged {
  const name = 'Review apps stop by themselves'
  const open = environments.filter((one) => one.state === 'available' && !isInLane(one) && one.autoStopAt === null)
  const jobs = toldOr(pipeline, null)?.jobs.filter((job) => job.isReview && job.environment?.action === 'start') ?? []
  const without = jobs.filter(({ environment }) => environment?.autoStopIn === null)
  if (without.length === 0 && open.length === 0) return ok(name, 'Each has a time at which GitLab stops it.')
  if (without.length === 0 && jobs.length > 0)
    return ok(
      name,
      `The pipeline sets \`auto_stop_in\`; ${counted(open.length, 'review app')} from before will stop only when stopped.`,
    )
  const words = `${open.length === 0 ? 'Review apps' : counted(open.length, 'review app')} ${open.length === 1 ? 'has' : 'have'} no time at which GitLab stops ${open.length === 1 ? 'it' : 'them'}: a forgotten branch stays up for ever.`
  return found('warning', name, words, {
    evidence: open.slice(0, 5).map((one) => one.name),
    fix: {
      kind: 'command',
      words: `Into the environment of ${some(without.map((job) => job.name)) || 'the review job'}`,
      text: 'environment:\n  auto_stop_in: 1 week\n',
    },
  })
}
