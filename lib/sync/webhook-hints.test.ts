import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hintsOf } from './webhook-hints.ts'

/** Events as GitLab's documentation prints them, without people and what Berth never reads. */
const recording = (name: string) =>
  JSON.parse(readFileSync(new URL(`./recordings/webhooks/${name}.json`, import.meta.url), 'utf8'))

const nowhere = '0000000000000000000000000000000000000000'

describe('what an event hints at', () => {
  it.each([
    ['push', 15, [{ kind: 'branch', key: 'master' }]],
    ['tag_push', 1, [{ kind: 'news', key: '' }]],
    ['merge_request', 1, [{ kind: 'merge-request', key: '1' }]],
    ['pipeline', 1, [{ kind: 'pipeline', key: '31' }]],
    ['job', 380, [{ kind: 'pipeline', key: '2366' }]],
    ['deployment', 30, [{ kind: 'deployment', key: '15' }]],
  ])('%s of project %i', (name, projectId, hints) => {
    expect(hintsOf(recording(name), projectId)).toEqual(hints)
  })

  it('a branch with slashes by its whole name, also when it was deleted', () => {
    const event = { ...recording('push'), ref: 'refs/heads/feature/a/b', after: nowhere, checkout_sha: null }
    expect(hintsOf(event, 15)).toEqual([{ kind: 'branch', key: 'feature/a/b' }])
  })

  it('the pipeline and environment of a job, also where only the commit names the pipeline', () => {
    const { pipeline_id: _, ...event } = recording('job')
    const environment = { name: 'review/fix', action: 'stop', deployment_tier: 'development' }
    expect(hintsOf({ ...event, environment }, 380)).toEqual([
      { kind: 'pipeline', key: '2366' },
      { kind: 'environment', key: 'review/fix' },
    ])
  })
})

describe('nothing is hinted at by', () => {
  it.each([
    ['an event of another project', { ...recording('push'), project_id: 16, project: { id: 16 } }],
    ['a kind that Berth does not know', { ...recording('push'), object_kind: 'note' }],
    ['a push to what is no branch', { ...recording('push'), ref: 'refs/notes/x' }],
    ['an endless name', { ...recording('push'), ref: `refs/heads/${'x'.repeat(600)}` }],
    ['an id that is none', { ...recording('push'), object_kind: 'deployment', deployment_id: '15' }],
    ['a list', []],
    ['null', null],
    ['a word', 'push'],
  ])('%s', (_, event) => {
    expect(hintsOf(event, 15)).toEqual([])
  })
})
