/** Names by which Berth itself goes; on a GitLab open to all, anybody may be called so. */
const taken = new Set(['operator', 'berth-policy', 'berth', 'system', 'somebody'])

/** What the audit and the pages call somebody who signed in with GitLab: their username there. */
export const personName = (username: string): string =>
  taken.has(username.toLowerCase()) ? `${username} (GitLab)` : username
