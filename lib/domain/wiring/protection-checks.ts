import { isNamedBy } from '#lib/domain/ci-settings.ts'
import { type Check, type Fix, found, type Judged, judged, ok, some } from './check.ts'
import type { WiringFacts } from './facts.ts'

/** Who may deploy, by what GitLab protects. */
export function protectionChecks(facts: WiringFacts): Check[] {
  return [defaultBranch(facts), environments(facts)].map((check) => ({ group: 'protection', ...check }))
}

function defaultBranch({ protectedRefs, project }: WiringFacts): Judged {
  const name = 'The default branch is protected'
  return judged(name, protectedRefs, ({ branches }) => {
    const branch = project.defaultBranch
    if (branch === null) return found('unknown', name, 'The repository is empty.')
    const evidence = [branches.length === 0 ? 'No branch is protected.' : `Protected: ${some(branches)}.`]
    if (isNamedBy(branch, branches)) return ok(name, `Only who may push to ${branch} deploys from it.`, evidence)
    const fix: Fix = {
      kind: 'link',
      words: 'Protect it in GitLab',
      href: `${project.webUrl}/-/settings/repository#js-protected-branches-settings`,
    }
    return found(
      'warning',
      name,
      `${branch} is not protected: every Developer may push to it, and so deploy to staging and production.`,
      { evidence, fix },
    )
  })
}

function environments({ protectedEnvironments, environments }: WiringFacts): Judged {
  const name = 'Production is guarded'
  return judged(name, protectedEnvironments, (guarded) => {
    const productions = environments.filter(({ tier, state }) => tier === 'production' && state !== 'stopped')
    if (guarded === null)
      return ok(
        name,
        'This GitLab has no protected environments: the protected branch, and Berth’s own guards, stand before production.',
      )
    const open = productions.filter((one) => !guarded.some((other) => other.name === one.name))
    const evidence = guarded.map(
      (one) => `${one.name}: ${one.leastLevel === null ? 'people by name' : `level ${one.leastLevel} and above`}`,
    )
    if (open.length === 0)
      return ok(
        name,
        productions.length === 0
          ? 'There is no production environment yet.'
          : 'GitLab lets only those deploy whom it names.',
        evidence,
      )
    return ok(
      name,
      `${some(open.map((one) => one.name))} is no protected environment: the protected branch, and Berth’s own guards, stand before it.`,
      evidence,
    )
  })
}
