import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { root, startChild, supervise } from './child.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-child-'))
  vi.spyOn(console, 'error').mockImplementation(() => {})
})

afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

/** A script that writes its process number to a new line of `runs` and then does `more`. */
const script = (more: string) => [
  '--input-type=module',
  '-e',
  `import fs from 'node:fs'; fs.appendFileSync(${JSON.stringify(runsFile())}, process.pid + '\\n'); ${more}`,
]
const runsFile = () => path.join(folder, 'runs')
const runs = () => (existsSync(runsFile()) ? readFileSync(runsFile(), 'utf8').trim().split('\n').map(Number) : [])
const stay = 'setInterval(() => {}, 1000)'

const isAlive = (pid: number | undefined) => {
  try {
    return pid !== undefined && process.kill(pid, 0)
  } catch {
    return false
  }
}

test('lines of a child stand under its name', async () => {
  const child = startChild({ name: 'web', args: ['-e', 'console.log("one"); console.error("two")'], env: process.env })
  await new Promise((resolve) => child.once('close', resolve))
  const lines = vi.mocked(console.error).mock.calls.map(([line]) => line)
  expect(lines.toSorted()).toEqual(['web │ one', 'web │ two'])
})

test('a settled child that dies is started again; a stopped one is not', async () => {
  const kept = supervise({ name: 'worker', args: script(stay), env: process.env })
  await vi.waitFor(() => expect(runs()).toHaveLength(1), { timeout: 5000 })
  kept.settled()
  process.kill(runs()[0] as number, 'SIGKILL')
  await vi.waitFor(() => expect(runs()).toHaveLength(2), { timeout: 5000 })
  await kept.stop()
  expect(runs()).toHaveLength(2)
  expect(isAlive(runs()[1])).toBe(false)
})

test('a child that dies at its start is not started again, and says how it ended', async () => {
  const kept = supervise({ name: 'web', args: script('process.exit(3)'), env: process.env })
  await expect(kept.firstDeath).rejects.toThrow('web ended at its start (exit code 3).')
  expect(runs()).toHaveLength(1)
  await kept.stop()
})

test('a child does not outlive the process that started it, however that ended', async () => {
  const module = JSON.stringify(path.join(root, 'bin', 'child.ts'))
  const options = JSON.stringify({ name: 'web', args: script(stay), env: { PATH: process.env.PATH } })
  const program = `const { startChild } = await import(${module}); startChild(${options}); ${stay}`
  const starter = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' })
  await vi.waitFor(() => expect(runs()).toHaveLength(1), { timeout: 5000 })
  starter.kill('SIGKILL')
  await vi.waitFor(() => expect(isAlive(runs()[0])).toBe(false), { timeout: 5000 })
})
