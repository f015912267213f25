import { type Check, type Fix, found, type Judged, judged, ok, some, toldOr } from './check.ts'
import type { WiringFacts } from './facts.ts'

/** The project's CI/CD as it is set in GitLab, and its pipeline file. */
export function pipelineChecks(facts: WiringFacts): Check[] {
  return [ciEnabled(facts), pipelineFile(facts), outdatedDeployments(facts), artifacts(facts)].map((check) => ({
    group: 'pipeline',
    ...check,
  }))
}

function ciEnabled(facts: WiringFacts): Judged {
  const name = 'CI/CD is switched on'
  return judged(name, facts.settings, ({ isCiEnabled, isArchived }) => {
    if (isArchived) return found('problem', name, 'The project is archived in GitLab: no pipeline runs there any more.')
    if (isCiEnabled) return ok(name, 'GitLab makes pipelines for this project.')
    const fix: Fix = {
      kind: 'link',
      words: 'Switch CI/CD on in GitLab',
      href: `${facts.project.webUrl}/edit#js-shared-permissions`,
    }
    return found('problem', name, 'CI/CD is switched off in the project’s settings: a push makes no pipeline.', { fix })
  })
}

function pipelineFile(facts: WiringFacts): Judged {
  const name = 'The pipeline file is valid'
  return judged(name, facts.pipeline, ({ path, isValid, complaints, jobs }) => {
    if (isValid)
      return ok(name, `GitLab reads ${path} without complaint.`, [
        `Jobs: ${some(
          jobs.map((job) => job.name),
          12,
        )}.`,
      ])
    return found('problem', name, `GitLab cannot use ${path}: ${complaints[0] ?? 'it does not say why.'}`, {
      evidence: complaints.slice(1, 6),
      fix: { kind: 'link', words: 'Open the pipeline editor in GitLab', href: `${facts.project.webUrl}/-/ci/editor` },
    })
  })
}

function outdatedDeployments(facts: WiringFacts): Judged {
  const name = 'Old deployments cannot overtake new ones'
  return judged(name, facts.settings, ({ forwardDeployments, forwardRollbacks }) => {
    const fix: Fix = {
      kind: 'link',
      words: 'Open the project’s pipeline settings',
      href: `${facts.project.webUrl}/-/settings/ci_cd#js-general-pipeline-settings`,
    }
    if (forwardDeployments === null)
      return found('unknown', name, 'GitLab does not say whether it refuses outdated deployment jobs.')
    if (!forwardDeployments)
      return found(
        'warning',
        name,
        '“Prevent outdated deployment jobs” is off: the job of an old pipeline, pressed by mistake, puts production back.',
        { fix },
      )
    if (forwardRollbacks === false)
      return found(
        'warning',
        name,
        'GitLab refuses outdated deployment jobs, and their retry too: a rollback will be refused.',
        { fix },
      )
    return ok(name, 'GitLab refuses the deployment job of an old pipeline, and lets one be retried to roll back.')
  })
}

function artifacts(facts: WiringFacts): Judged {
  const name = 'Artifacts do not pile up'
  return judged(name, facts.settings, ({ keepsLatestArtifacts }) => {
    const makers = toldOr(facts.pipeline, null)?.jobs.filter(({ makesArtifacts }) => makesArtifacts) ?? []
    if (keepsLatestArtifacts === null)
      return found('unknown', name, 'GitLab does not say whether it keeps the latest artifacts of every branch.')
    if (!keepsLatestArtifacts) return ok(name, 'Artifacts go when their time is over.')
    if (makers.length === 0) return ok(name, 'The latest artifacts of every branch are kept, and no job makes any.')
    return found(
      'warning',
      name,
      `The latest artifacts of every branch are kept for ever, whatever \`expire_in\` says: those of ${some(makers.map((job) => job.name))}.`,
      {
        fix: {
          kind: 'link',
          words: 'Open the artifact settings in GitLab',
          href: `${facts.project.webUrl}/-/settings/ci_cd#js-artifacts-settings`,
        },
      },
    )
  })
}
