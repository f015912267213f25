import { expect, test } from 'vitest'
import { changeFailure, commandFailure, isRefusedFlag, isUnknownCommand } from './command-failure.ts'
import { recorded } from './recordings.ts'

const said = (stderr: string, exitCode: number | null = 1) => ({ exitCode, stdout: '', stderr })

test.each([
  ['04-ps-report-missing', 20, 'not-found', 'App nosuch does not exist'],
  ['16-pg-info-missing', 1, 'not-found', 'Postgres service nosvc does not exist'],
  ['10-unknown-command', 1, 'refused', 'is not a dokku command'],
  ['09-logs-never', 1, 'refused', 'App never1 has not been deployed'],
  ['09-logs-badarg', 2, 'refused', 'unknown flag: --nope'],
  ['17-quote-newline', 1, 'refused', 'At least one env pair must be given'],
])('%s (exit %d) is %s', (name, exitCode, kind, words) => {
  expect(commandFailure('ps:report', 'review', recorded(name, exitCode))).toMatchObject({
    kind,
    system: 'dokku',
    message: expect.stringContaining(words),
  })
})

test.each([
  [said('', 20), 'not-found', 'exit code 20'],
  [said('', 255), 'unavailable', 'exit code 255'],
  [said('', null), 'unavailable', 'exit code none'],
  [said('[notice] signal process started\n !     Cannot delete linked service\n'), 'refused', 'Cannot delete linked'],
  [said('web1 currently has a deploy lock in place. Exiting...\n'), 'refused', 'deploy lock'],
  [said('\x1b[1m\x1b[31m !     \x1b[0m\x1b[0mName is already taken\n'), 'refused', 'said: Name is already taken'],
])('%j is %s', (output, kind, words) => {
  expect(commandFailure('x:y', 'review', output)).toMatchObject({ kind, message: expect.stringContaining(words) })
})

test('what looks like a password is not repeated', () => {
  const output = said(' !     cannot connect to postgres://postgres:hunter2@db:5432/db\n')
  expect(commandFailure('postgres:info', 'review', output).message).not.toContain('hunter2')
})

test('a flag that an old version lacks, and a command that is not there', () => {
  expect(isRefusedFlag(recorded('04-ps-report-badflag', 1))).toBe(true)
  expect(isRefusedFlag(recorded('04-ps-report-missing', 20))).toBe(false)
  expect(isUnknownCommand(recorded('10-unknown-command', 1))).toBe(true)
  expect(isUnknownCommand(recorded('04-ps-report-missing', 20))).toBe(false)
})

test.each([
  [
    'a build that fails late',
    1,
    'warn\n !     No healthchecks found\nbuilding\n !     App build failed\n',
    'refused',
    'App build failed',
  ],
  ['an unmarked end', 1, recorded('11-ps-rebuild-never').stdout, 'refused', "Cannot build from 'master'"],
  ['a build that misses something of its own', 1, ' !     Procfile does not exist\n', 'refused', 'Procfile'],
  ['an app that is gone', 20, recorded('14-apps-destroy-missing').stderr, 'not-found', 'App nosuch does not exist'],
  ['hanging up', null, '', 'unavailable', 'exit code none'],
  ['a database that is in use', 1, recorded('16-pg-destroy-linked').stderr, 'refused', 'Cannot delete linked service'],
])('a change that failed by %s (exit %s)', (_what, exitCode, stderr, kind, words) => {
  expect(changeFailure(['ps:rebuild', 'nosuch'], 'review', { exitCode, stdout: '', stderr })).toMatchObject({
    kind,
    system: 'dokku',
    message: expect.stringMatching(new RegExp(`^ps:rebuild nosuch on Dokku host "review" .*${words}`)),
  })
})
