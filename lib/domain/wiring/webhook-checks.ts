import { type Webhook, webhookHealth } from '#lib/domain/webhook.ts'
import { type Check, type Fix, found, type Judged, ok } from './check.ts'
import type { WiringFacts } from './facts.ts'

/** Whether GitLab tells Berth of what happens, and goes on doing so. */
export function webhookChecks({ webhook, project }: WiringFacts, asOf: Date): Check[] {
  const open: Fix = { kind: 'link', words: 'Open the webhooks in GitLab', href: `${project.webUrl}/-/hooks` }
  const checks =
    webhook === null ? [notThere(project.id)] : [working(webhook, open, asOf), enabled(webhook, open, asOf)]
  return checks.map((check) => ({ group: 'webhook', ...check }))
}

const arriving = 'Events arrive'

const notThere = (projectId: number): Judged =>
  found(
    'warning',
    arriving,
    'GitLab does not call Berth for this project: changes are seen at the next look, and not at once.',
    { fix: setUp(projectId) },
  )

const setUp = (projectId: number): Fix => ({
  kind: 'link',
  words: 'Set the webhook up',
  href: `/projects/${projectId}/settings#webhook`,
})

function working(webhook: Webhook, fix: Fix, asOf: Date): Judged {
  const { deliveries, refusals, lastRefusal, lastDeliveryAt } = webhook
  const evidence = [
    `${deliveries} accepted, ${refusals} refused${lastDeliveryAt === null ? '' : `; the last one came ${lastDeliveryAt.toISOString()}`}.`,
  ]
  switch (webhookHealth(webhook, asOf)) {
    case 'working':
      return ok(arriving, 'GitLab calls Berth, and is believed.', evidence)
    case 'waiting':
      return ok(arriving, 'The webhook has just been set up; its first call is awaited.', evidence)
    case 'refusing':
      return found(
        'problem',
        arriving,
        `GitLab calls, but Berth does not accept it: ${lastRefusal ?? 'no reason was kept.'}`,
        { evidence, fix },
      )
    case 'silent':
      return found(
        'problem',
        arriving,
        'GitLab has never called, although the webhook is set up: can it reach Berth’s address?',
        { evidence, fix },
      )
    case 'disabled':
      return found('problem', arriving, 'GitLab has stopped calling.', { evidence, fix })
    case 'gone':
      return found('problem', arriving, 'GitLab has no such webhook any more.', {
        evidence,
        fix: setUp(webhook.projectId),
      })
  }
}

function enabled({ gitlabStatus, checkedAt }: Webhook, fix: Fix, _asOf: Date): Judged {
  const name = 'GitLab has not disabled it'
  const evidence = checkedAt === null ? [] : [`GitLab said so ${checkedAt.toISOString()}.`]
  switch (gitlabStatus) {
    case 'executable':
      return ok(name, 'GitLab calls it whenever something happens.', evidence)
    case 'temporarily_disabled':
      return found(
        'problem',
        name,
        'GitLab has disabled the webhook for a while, because its calls failed. A test that succeeds switches it on again.',
        { evidence, fix },
      )
    case 'disabled':
      return found(
        'problem',
        name,
        'GitLab has disabled the webhook for good, after forty failures in a row. A test that succeeds switches it on again.',
        { evidence, fix },
      )
    case 'gone':
      return found('problem', name, 'Somebody removed the webhook in GitLab.', { evidence, fix })
    case null:
      return found('unknown', name, 'GitLab was not asked yet, or does not say.', { evidence })
  }
}
