export type { Delivery } from './delivery.ts'
export type { MailServer } from './mail.ts'
export { createNotifier, type Destination, type Notifier, type NotifierOptions } from './notifier.ts'
export { signingKey } from './signature.ts'
