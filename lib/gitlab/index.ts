export { memoryBudget, type RequestBudget } from './budget.ts'
export type { CommitWish, Gitlab, GitlabUser, MergeRequestWish, Page, PageQuery } from './contract.ts'
export { createGitlab, type GitlabOptions } from './create.ts'
export { createGitlabOauth, type GitlabOauth, type GitlabTokens } from './oauth.ts'
