import { expect, it } from 'vitest'
import { type Webhook, type WebhookHealth, webhookHealth } from './webhook.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 24, 12, 0, seconds))

const webhook = (more: Partial<Webhook>): Webhook => ({
  projectId: 42,
  hookId: 7,
  installedBy: 'Mika',
  installedAt: at(0),
  deliveries: 0,
  refusals: 0,
  lastDeliveryAt: null,
  lastRefusalAt: null,
  lastRefusal: null,
  gitlabStatus: 'executable',
  checkedAt: at(0),
  ...more,
})

it.each<[string, Partial<Webhook>, number, WebhookHealth]>([
  ['a new one', {}, 119, 'waiting'],
  ['one that nobody has called for two minutes', {}, 120, 'silent'],
  ['one by hand that nobody has called', { hookId: null, gitlabStatus: null, checkedAt: null }, 120, 'silent'],
  ['one that was called, however long ago', { lastDeliveryAt: at(1) }, 86_400, 'working'],
  ['one whose last call was not accepted', { lastDeliveryAt: at(1), lastRefusalAt: at(2) }, 3, 'refusing'],
  ['one whose first call was not accepted', { lastRefusalAt: at(2) }, 3, 'refusing'],
  ['one whose last call was accepted again', { lastDeliveryAt: at(3), lastRefusalAt: at(2) }, 4, 'working'],
  ['one that GitLab gave up', { lastDeliveryAt: at(1), gitlabStatus: 'disabled', checkedAt: at(2) }, 3, 'disabled'],
  ['one that GitLab rests', { gitlabStatus: 'temporarily_disabled', checkedAt: at(2) }, 3, 'disabled'],
  [
    'one that GitLab calls again since',
    { gitlabStatus: 'temporarily_disabled', checkedAt: at(2), lastDeliveryAt: at(3) },
    4,
    'working',
  ],
])('%s', (_, more, seconds, health) => {
  expect(webhookHealth(webhook(more), at(seconds))).toBe(health)
})
