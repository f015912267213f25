import { expect, test } from 'vitest'
import { passedOn, tailOfOutput, wholeOutput } from './sink.ts'

test('an answer is kept whole, with each stream for itself', () => {
  const sink = wholeOutput('apps:list', 100)
  const [first, second] = [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)]
  sink.stdout(first)
  sink.stderr(Buffer.from('noise\n'))
  sink.stdout(second)
  expect(sink.output(0)).toEqual({ exitCode: 0, stdout: 'é', stderr: 'noise\n' })
})

test('an answer may be as long as allowed and no longer, both streams together', () => {
  const sink = wholeOutput('apps:list', 10)
  sink.stdout(Buffer.alloc(6))
  sink.stderr(Buffer.alloc(4))
  expect(() => sink.stderr(Buffer.alloc(1))).toThrowError('answered apps:list with more than 10 bytes')
})

test('of a long output the last whole lines are kept', () => {
  const sink = tailOfOutput(20)
  for (let line = 1; line <= 1000; line++) sink.stdout(Buffer.from(`line ${line}\n`))
  sink.stderr(Buffer.from('short\n'))
  expect(sink.output(1)).toEqual({ exitCode: 1, stdout: 'line 999\nline 1000\n', stderr: 'short\n' })
})

test('one piece that is longer than what is kept', () => {
  const sink = tailOfOutput(6)
  sink.stdout(Buffer.from('first\nlast\n'))
  expect(sink.output(0).stdout).toBe('last\n')
})

test('text is handed on as it comes, never half a character', async () => {
  const texts: string[] = []
  const sink = passedOn({ onText: (text) => void texts.push(text) }, 100)
  for (const byte of Buffer.from('aé☃😀\n')) await sink.stdout(Buffer.from([byte]))
  expect(texts).toEqual(['a', 'é', '☃', '😀', '\n'])
  expect(sink.output(0)).toEqual({ exitCode: 0, stdout: '', stderr: '' })
})
