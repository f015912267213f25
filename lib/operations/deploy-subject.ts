/** Whatever deploys to an environment excludes whatever else does. */
export const deploySubject = ({ projectId, environmentId }: { projectId: number; environmentId: number }): string =>
  `deploy:${projectId}:${environmentId}`
