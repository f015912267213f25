import { shortSha } from '#lib/domain/branch.ts'
import { protectedBy } from '#lib/domain/deploy-guards.ts'
import { BerthError, isNotFound } from '#lib/domain/errors.ts'
import type { Tag } from '#lib/domain/tag.ts'
import { done, failed, type Held, type Outcome } from './beat.ts'
import { patiently } from './patience.ts'
import type { TagPlan } from './tag-pipeline.ts'

/**
 * Creates the tag, or adopts the one that is there: Berth itself may have been killed after it created it. One of that name
 * at another commit is somebody else's, and the end of it.
 */
export async function createTag(held: Held<TagPlan & { sha: string }>): Promise<Outcome> {
  const { tag: name, sha } = held.plan
  for (let attempt = 1; ; attempt += 1) {
    const existing = await patiently(held, 120_000, () => tagNow(held))
    if (existing) return adopted(existing, sha)
    try {
      const asPerson = await held.acting()
      await held.assure()
      await asPerson.createTag(held.operation.projectId, { name, sha })
      return done(`Created tag ${name} at ${shortSha(sha)}.`)
    } catch (error) {
      if (!(error instanceof BerthError)) throw error
      if (error.kind === 'forbidden') return failed('gitlab', protectedBy(error.message).words, 'forbidden')
      // An answer that got lost may have created it, and a refusal may mean that somebody was faster: look before giving up.
      if (error.kind === 'refused') return afterRefusal(held, error)
      if (error.kind !== 'unavailable' || held.hurried || attempt >= 5) throw error
      await held.pause(2000)
    }
  }
}

async function afterRefusal(held: Held<TagPlan & { sha: string }>, refusal: BerthError): Promise<Outcome> {
  const existing = await patiently(held, 120_000, () => tagNow(held))
  return existing ? adopted(existing, held.plan.sha) : failed('gitlab', refusal.message)
}

function adopted(existing: Tag, sha: string): Outcome {
  if (existing.sha === sha) return done(`Tag ${existing.name} names ${shortSha(sha)} already.`)
  return failed(
    'gitlab',
    `Tag ${existing.name} names ${shortSha(existing.sha)}, not ${shortSha(sha)}: nothing was deployed.`,
  )
}

/** `null` when there is none of that name. */
async function tagNow({ world, operation, plan }: Held<TagPlan>): Promise<Tag | null> {
  try {
    return await world.gitlab.tag(operation.projectId, plan.tag)
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}
