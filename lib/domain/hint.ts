/**
 * What an event of GitLab's says may have changed: a branch by its name, a merge request by its number in the project, a
 * pipeline and a deployment by their ids, an environment by its name; `news` for what shows itself in the lists of news.
 */
export interface Hint {
  kind: 'branch' | 'merge-request' | 'pipeline' | 'deployment' | 'environment' | 'news'
  key: string
}
