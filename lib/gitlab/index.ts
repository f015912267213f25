export { memoryBudget, type RequestBudget } from './budget.ts'
export type { Gitlab, Page, PageQuery } from './contract.ts'
export { createGitlab, type GitlabOptions } from './create.ts'
