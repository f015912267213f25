import { expect, it } from 'vitest'
import { addressDoubt, type Webhook, type WebhookHealth, webhookHealth, webhookUrl } from './webhook.ts'

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
  ['one that somebody removed in GitLab', { lastDeliveryAt: at(9), gitlabStatus: 'gone', checkedAt: at(2) }, 9, 'gone'],
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

it.each([
  ['http://localhost:3000', 'this very machine'],
  ['http://127.0.0.1:3000', 'this very machine'],
  ['http://[::1]:3000', 'this very machine'],
  ['https://berth.localhost', 'this very machine'],
  ['https://10.1.2.3', 'a private network'],
  ['https://172.31.0.9', 'a private network'],
  ['https://192.168.0.7:8443', 'a private network'],
  ['https://[fd00::1]', 'a private network'],
  ['http://berth:3000', 'a private network'],
])('GitLab may not reach %s', (url, words) => {
  expect(addressDoubt(url)).toContain(words)
})

it.each(['https://berth.example.jp', 'https://172.32.0.9', 'https://203.0.113.7', 'https://[2001:db8::1]'])(
  'nothing speaks against %s',
  (url) => {
    expect(addressDoubt(url)).toBeNull()
  },
)

it('is one door a project, at the address that Berth is known by', () => {
  expect(webhookUrl('https://berth.example.jp/', 42)).toBe('https://berth.example.jp/api/webhooks/gitlab/42')
})
