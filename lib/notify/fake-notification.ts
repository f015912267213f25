import type { Notification } from '#lib/domain/notification.ts'
import type { Message } from './message.ts'

/** For tests. */
export const fakeNotification = (more: Partial<Notification> = {}): Notification => ({
  event: 'operation-failed',
  projectId: 42,
  projectPath: 'hello/hello-app',
  environmentName: 'production',
  severity: 'critical',
  title: 'Did not promote a1b2c3d4 to production',
  words: 'The job failed.',
  path: '/projects/42/environments/7',
  actor: 'Aiko',
  at: new Date('2026-11-24T10:00:00Z'),
  ...more,
})

/** For tests. */
export const fakeMessage = (more: Partial<Notification> = {}): Message => ({
  id: '01a20bf3-313a-73a8-912f-a3e6001742ce',
  notification: fakeNotification(more),
})
