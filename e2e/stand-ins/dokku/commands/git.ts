import type { Command } from '../call.ts'
import { heading, requireApp } from '../call.ts'
import { isOld } from '../host.ts'
import { receivePack } from '../push.ts'
import { reportCommand } from '../report.ts'

const report = reportCommand({
  title: 'git',
  prefix: 'git-',
  jsonKeys: 'short',
  column: null,
  goesOn: true,
  cost: () => 0.002,
  facts(app, host) {
    const facts = {
      'git-deploy-branch': app.deployBranch ?? '',
      'git-global-deploy-branch': '',
      'git-keep-git-dir': '',
      'git-last-updated-at': app.deployedAt ? String(Math.floor(app.deployedAt.getTime() / 1000)) : '',
      'git-rev-env-var': 'GIT_REV',
      'git-sha': app.commit?.sha ?? '',
      'git-source-image': app.image ?? '',
    }
    if (isOld(host)) return facts
    return {
      ...facts,
      'git-computed-archive-max-files': '10000',
      'git-computed-archive-max-size': '1073741824',
      'git-computed-deploy-branch': app.deployBranch ?? 'master',
      'git-computed-keep-git-dir': 'false',
      'git-global-archive-max-files': '',
      'git-global-archive-max-size': '',
      'git-global-keep-git-dir': '',
    }
  },
})

const set: Command = async (call) => {
  const [name, key, value] = call.words
  const app = requireApp(call, name)
  if (key === 'deploy-branch') app.deployBranch = value ?? null
  call.host.changed()
  heading(call, `Setting ${key} to ${value ?? ''}`)
  return 0
}

export const gitCommands: Record<string, Command> = {
  'git:report': report,
  'git:set': set,
  'git-receive-pack': receivePack,
}
