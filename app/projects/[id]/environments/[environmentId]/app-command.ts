/** What may be asked of the app behind an environment; `?ask=` in the page's address opens its sheet. */
export const appCommands = ['restart', 'rebuild', 'scale', 'unlock'] as const
export type AppCommand = (typeof appCommands)[number]
