/** What may be asked of an app on Heroku; `?ask=` in the page's address opens its sheet. */
export const herokuCommands = ['restart', 'maintenance-on', 'maintenance-off'] as const
export type HerokuCommand = (typeof herokuCommands)[number]
