import type { Database } from './client.ts'

/** The project that each of these topics is about; one that nobody knows is left out. */
export async function projectsOfTopics(db: Database, topics: readonly string[]): Promise<Map<string, number>> {
  const keys = (kind: string) =>
    topics.filter((topic) => topic.startsWith(`${kind}:`)).map((topic) => topic.slice(kind.length + 1))
  const [environments, jobs, deployments, operations] = await Promise.all([
    db.environment.findMany({
      where: { id: { in: keys('environment').map(BigInt) } },
      select: { id: true, projectId: true },
    }),
    db.jobLog.findMany({ where: { jobId: { in: keys('job').map(BigInt) } }, select: { jobId: true, projectId: true } }),
    db.deployment.findMany({
      where: { jobId: { in: keys('job').map(BigInt) } },
      select: { jobId: true, projectId: true },
    }),
    db.operation.findMany({
      where: { OR: [{ id: { in: keys('operation') } }, { jobId: { in: keys('job').map(BigInt) } }] },
      select: { id: true, jobId: true, projectId: true },
    }),
  ])
  return new Map([
    ...keys('project').map((id): [string, number] => [`project:${id}`, Number(id)]),
    ...environments.map(({ id, projectId }): [string, number] => [`environment:${id}`, projectId]),
    ...[...jobs, ...deployments, ...operations].map(({ jobId, projectId }): [string, number] => [
      `job:${jobId}`,
      projectId,
    ]),
    ...operations.map(({ id, projectId }): [string, number] => [`operation:${id}`, projectId]),
  ])
}
