import { accessLevels } from '#lib/domain/ci-settings.ts'
import { whereSet } from '#lib/domain/connections.ts'
import { dayOf } from '#lib/domain/evidence.ts'
import { type Check, found, type Judged, judged, ok } from './check.ts'
import type { WiringFacts } from './facts.ts'

/** Whether Berth's own token and clock are good for what they are used for. */
export function connectionChecks(facts: WiringFacts, asOf: Date): Check[] {
  return [scopes(facts), expiry(facts, asOf), role(facts), clock(facts)].map((check) => ({
    group: 'connection',
    ...check,
  }))
}

function scopes({ token }: WiringFacts): Judged {
  const name = 'The token has the scopes it needs'
  return judged(name, token, ({ name: called, scopes }) => {
    const evidence = [`Token “${called}” has ${scopes.join(', ') || 'no scope'}.`]
    if (scopes.includes('api')) return ok(name, 'Berth may look, and act for policies and API tokens.', evidence)
    if (scopes.includes('read_api'))
      return found(
        'warning',
        name,
        'The token may only look: people act by their own rights, but policies, API tokens and the operator cannot stop or promote.',
        { evidence },
      )
    return found('problem', name, 'The token may not even look: it needs the scope read_api, or api to act.', {
      evidence,
    })
  })
}

const soonDays = 14
const dayMs = 86_400_000

function expiry({ token }: WiringFacts, asOf: Date): Judged {
  const name = 'The token does not end soon'
  return judged(name, token, ({ isActive, expiresAt }) => {
    const words = `make a new one in GitLab and set it ${whereSet('BERTH_GITLAB_TOKEN')}.`
    if (!isActive) return found('problem', name, `GitLab says that the token is not active any more: ${words}`)
    if (expiresAt === null) return ok(name, 'It has no end.')
    const days = Math.floor((expiresAt.getTime() - asOf.getTime()) / dayMs)
    if (days < 0) return found('problem', name, `The token ended on ${dayOf(expiresAt)}: ${words}`)
    if (days < soonDays)
      return found(
        'warning',
        name,
        `The token ends on ${dayOf(expiresAt)}, in ${days} day${days === 1 ? '' : 's'}: ${words}`,
      )
    return ok(name, `It ends on ${dayOf(expiresAt)}.`)
  })
}

function role({ settings }: WiringFacts): Judged {
  const name = 'The token’s role in the project'
  return judged(name, settings, ({ accessLevel }) => {
    const evidence = [`GitLab gives it level ${accessLevel}.`]
    if (accessLevel >= accessLevels.maintainer) return ok(name, 'It is a Maintainer.', evidence)
    if (accessLevel >= accessLevels.developer)
      return found(
        'warning',
        name,
        'It is a Developer: it may stop review apps, but not play a job of a protected branch, as production mostly is.',
        { evidence },
      )
    if (accessLevel >= accessLevels.reporter)
      return found(
        'warning',
        name,
        'It is a Reporter: Berth can look, but policies and API tokens can change nothing here.',
        { evidence },
      )
    return found('problem', name, 'It is less than a Reporter: Berth cannot see pipelines and environments.', {
      evidence,
    })
  })
}

/** Signed deliveries are refused when they are five minutes old. */
const skewSeconds = { warning: 10, problem: 120 }

function clock({ gitlabClockSeconds }: WiringFacts): Judged {
  const name = 'The clocks agree'
  return judged(name, gitlabClockSeconds, (seconds) => {
    const apart = Math.abs(seconds)
    if (apart <= skewSeconds.warning) return ok(name, 'GitLab’s clock and Berth’s agree.')
    const words = `GitLab’s clock is ${Math.round(apart)} s ${seconds > 0 ? 'ahead of' : 'behind'} Berth’s: ages on the pages are wrong by as much${apart > skewSeconds.problem ? ', and signed webhooks are refused' : ''}.`
    return found(apart > skewSeconds.problem ? 'problem' : 'warning', name, words, {
      fix: {
        kind: 'command',
        words: 'On the machine whose clock is wrong',
        text: 'timedatectl set-ntp true && timedatectl',
      },
    })
  })
}
