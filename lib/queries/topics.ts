import type { Context } from '#lib/context.ts'
import { projectsOfTopics } from '#lib/db/topic-projects.ts'
import { roleIn, seenProjects } from '#lib/domain/access.ts'

const numbered = /^(?<kind>project|environment|job|operation):(?<key>.+)$/

/** Those of these live topics that are about something the actor sees; of the others nothing is ever said. */
export async function visibleTopics(ctx: Context, topics: readonly string[]): Promise<string[]> {
  if (seenProjects(ctx.actor) === 'all') return [...topics]
  const projects = await projectsOfTopics(ctx.db, topics)
  return topics.filter((topic) => {
    if (!numbered.test(topic)) return true
    const projectId = projects.get(topic)
    return projectId !== undefined && roleIn(ctx.actor, projectId) !== null
  })
}
