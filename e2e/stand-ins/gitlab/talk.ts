import type { Project } from './world.ts'

/** The talk's variant 1, with nothing that stands before production. */
export const talk = (): Pick<Project, 'protectedTags' | 'freezePeriods' | 'production' | 'runsOwnPipeline'> => ({
  protectedTags: new Map(),
  freezePeriods: [],
  production: { by: 'job', on: 'dokku', environments: ['production'] },
  runsOwnPipeline: false,
})
