import type { Client } from 'ssh2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DokkuStandIn, SeedApp } from './server.ts'
import { connect, run, startTestDokku } from './test-client.ts'
import { comparable, recording, recordingsAbsent } from './test-recording.ts'
import { openWorkTree, sshAbsent, type WorkTree } from './test-work-tree.ts'

function replays(names: string[], client: () => Client): void {
  for (const name of names) {
    it(name, async () => {
      const recorded = recording(name)
      const answer = await run(client(), recorded.line)
      expect(comparable(answer.stdout)).toBe(comparable(recorded.stdout))
      expect(comparable(answer.stderr)).toBe(comparable(recorded.stderr))
      expect(answer.exitCode).toBe(recorded.exitCode)
    })
  }
}

describe.skipIf(recordingsAbsent)('an empty host answers as recorded', () => {
  let dokku: Awaited<ReturnType<typeof startTestDokku>>
  let client: Client
  beforeAll(async () => {
    dokku = await startTestDokku({ domain: 'dokku.me', plugins: [] })
    client = await connect(dokku)
  })
  afterAll(() => {
    client.end()
    return dokku.remove()
  })
  replays(
    `00-version 00-version-flag 01-apps-list-empty 01-apps-list-empty-json 01-apps-list-empty-quiet 01-apps-report-noapps
    01-apps-report-noapps-json 01-ps-report-noapps 02-apps-create 02-apps-create-existing 02-apps-create-badname
    02-apps-create-noarg 02-apps-create-never 10-plugin-list 10-plugin-list-json 10-plugin-install-denied 10-unknown-command
    10-unknown-subcommand 10-shell-inject 08-config-report-json 11-ps-start-never 11-ps-stop-never 11-ps-restart-never
    11-ps-rebuild-never 09-logs-never 09-logs-missing 17-quote-apostrophe 17-quote-unbalanced 17-quote-newline
    17-quote-backslash-space 17-quote-dash-n 17-quote-dollar 17-quote-empty-arg 17-quote-encoded 17-quote-git-words
    17-quote-glob 17-quote-partial-exec 17-quote-partial-exec-result 17-quote-semicolon 17-quote-space-dq 17-quote-space-sq
    17-quote-spaces-multi 17-quote-unquoted-backslash 17-quote-utf8`.split(/\s+/),
    () => client,
  )
})

const at = (seconds: number) => new Date(seconds * 1000)
const up = (type: string, index = 1, status = 'running') => ({ type, index, status })
const recordedApps: SeedApp[] = [
  {
    name: 'crashed1',
    repo: null,
    sha: '037b6b72380bee2ab580b26e6ccad8a4530b7571',
    processes: [up('web', 1, 'restarting')],
  },
  { name: 'failbuild', repo: null, sha: null, locked: true },
  { name: 'failcheck', repo: null, sha: null },
  {
    name: 'multi1',
    repo: null,
    sha: '4011ee7c2c667250aa5ed83bfc93b4e76b69a140',
    processes: [up('web'), up('web', 2), up('worker', 1, 'restarting')],
    scalable: false,
  },
  { name: 'never1', repo: null, sha: null },
  {
    name: 'stopped1',
    repo: null,
    sha: 'e2b6eda3b035ff6f0a7ca8b7aae610c352aa465c',
    processes: [up('web', 1, 'exited')],
  },
  { name: 'web1', repo: null, sha: 'ab98dd024a6ec7b03fa8bb82fec470c664dd428d', createdAt: at(1_795_465_448) },
]

describe.skipIf(recordingsAbsent)('a host with apps in every condition answers as recorded', () => {
  let dokku: DokkuStandIn & { remove(): Promise<void> }
  let client: Client
  beforeAll(async () => {
    dokku = await startTestDokku({ domain: 'dokku.me' })
    await dokku.seed(recordedApps)
    client = await connect(dokku)
  })
  afterAll(() => {
    client.end()
    return dokku.remove()
  })
  replays(
    `04-ps-report-all 04-ps-report-all-json 04-ps-report-badflag 04-ps-report-crashed
    04-ps-report-crashed-json 04-ps-report-flag 04-ps-report-flag-deployed 04-ps-report-missing 04-ps-report-missing-json
    04-ps-report-multi 04-ps-report-multi-json 04-ps-report-never 04-ps-report-never-json 04-ps-report-running
    04-ps-report-running-json 04-ps-report-stopped 04-ps-report-stopped-json 05-ps-inspect-missing 06-apps-exists
    06-apps-exists-missing 06-apps-list 06-apps-list-badformat 06-apps-list-json 06-apps-list-quiet 06-apps-report-all
    06-apps-report-all-json 06-apps-report-flag 06-apps-report-missing 06-apps-report-one 06-apps-report-one-json
    06-apps-locked-no 06-apps-lock 06-apps-lock-again 06-apps-lock-missing 06-apps-locked-yes 07-domains-report
    07-domains-report-global 07-domains-report-json 08-config-show 10-git-report 10-git-report-json 10-ps-scale 10-ps-scale-json
    07-domains-add 07-domains-report-json2 07-domains-add-bad 07-domains-remove 07-domains-remove-missing 07-urls 11-ps-restart
    11-ps-restart-process 11-ps-start-missing 11-ps-start 11-ps-start-already 04-ps-stop 11-ps-stop-again 11-ps-restart-stopped 08-config-set
    08-config-set-badkey 08-config-set-noequal 08-config-set-encoded 08-config-get 08-config-get-missing 08-config-get-multi
    08-config-get-quoted 08-config-show2 08-config-export 08-config-export-badfmt 08-config-export-json-list
    08-config-export-json-merged 08-config-export-keys 08-config-export-missing 08-config-export-pretty 08-config-export-shell
    08-config-unset 08-config-unset-missing 08-config-show-merged 09-logs-badarg 14-apps-destroy-missing 16-pg-list-empty
    04-ps-stop 16-pg-create 16-pg-create-existing 16-pg-create-badname 16-pg-list 16-pg-list-json 16-pg-info 16-pg-info-flag
    16-pg-info-json 16-pg-info-missing 16-pg-info-missing-json 16-pg-exists 16-pg-exists-missing 16-pg-link 16-pg-link-again
    16-pg-link-noapp 16-pg-link-nosvc 16-pg-linked 16-pg-linked-no 16-pg-app-links 16-pg-destroy-linked 16-pg-link-deployed
    16-pg-unlink-deployed 16-pg-unlink 16-pg-unlink-again 16-pg-stop 16-pg-info-stopped 16-pg-start 16-pg-link-never
    16-pg-destroy-app-linked-noforce 16-pg-destroy-app-linked 16-pg-links-after-app-destroy 16-pg-destroy-noforce
    16-pg-destroy 16-pg-destroy-missing 16-pg-list-after 13-apps-create-tmp 14-apps-destroy-force
    14-apps-destroy-missing-again`.split(/\s+/),
    () => client,
  )
})

describe.skipIf(recordingsAbsent || sshAbsent)('deploys tell what was recorded', () => {
  let dokku: Awaited<ReturnType<typeof startTestDokku>>
  let client: Client
  let work: WorkTree
  beforeAll(async () => {
    dokku = await startTestDokku({ domain: 'dokku.me' })
    client = await connect(dokku)
    work = await openWorkTree(dokku.dir)
  })
  afterAll(() => {
    client.end()
    return dokku.remove()
  })

  async function push(name: string, app: string, files: Record<string, string>): Promise<void> {
    const recorded = recording(name)
    await work.commit(files)
    const pushed = await work.push(dokku, app)
    expect(comparable(pushed.stderr)).toBe(comparable(recorded.stderr))
    expect(pushed.exitCode).toBe(recorded.exitCode)
  }

  it('03-git-push-autocreate', () => push('03-git-push-autocreate', 'stopped1', { 'index.html': 'one' }))
  it('03-git-push-failbuild', () => push('03-git-push-failbuild', 'failbuild', { 'fail-build': '' }))
  it('03-git-push-failcheck-autocreate', () =>
    push('03-git-push-failcheck-autocreate', 'failcheck', { 'fail-check': '' }))
  it('03-git-push-uptodate and -second', async () => {
    await run(client, 'apps:create web1')
    await push('03-git-push-first', 'web1', { 'index.html': 'one' })
    expect((await work.push(dokku, 'web1')).stderr).toBe(recording('03-git-push-uptodate').stderr)
    await run(client, 'domains:add web1 shop.example.com')
    await push('03-git-push-second', 'web1', { 'index.html': 'two' })
  })
  replays(
    `11-ps-rebuild 20-lock 20-locked 20-rebuild-locked 20-locked-after 06-apps-unlock 06-apps-unlock-again 11-ps-rebuild-failbuild
    11-ps-scale-set 11-ps-scale-bad 11-ps-report-scaled`.split(/\s+/),
    () => client,
  )
})
