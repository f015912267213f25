export type { Heroku } from './contract.ts'
export { createHeroku, type HerokuOptions } from './create.ts'
