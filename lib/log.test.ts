import { expect, test } from 'vitest'
import { createLog, withRequestId } from './log.ts'

function written(work: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = []
  work(createLog({ write: (line) => void lines.push(line) }))
  return lines.map((line) => JSON.parse(line))
}

test('a line is JSON with its level in words and the time in UTC', () => {
  const [line] = written((log) => log.warn('The host does not answer.'))
  expect(line).toMatchObject({ level: 'warn', msg: 'The host does not answer.' })
  expect(line?.time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
})

test('an error is told with its cause, and neither with a secret', () => {
  const cause = new Error('connect to postgres://berth:hunter2@db failed')
  const [line] = written((log) =>
    log.error({ err: new Error('refused glpat-abcdefgh12345', { cause }), token: 'abc' }, 'Bearer abcdef was refused'),
  )
  const text = JSON.stringify(line)
  expect(text).toContain('postgres://berth:…@db')
  for (const secret of ['hunter2', 'glpat-abcdefgh12345', 'abcdef', '"abc"']) expect(text).not.toContain(secret)
})

test('lines of one request carry its id, those of another theirs', () => {
  const lines = written((log) => {
    withRequestId('request-1', () => log.info('one'))
    withRequestId('request-2', () => log.info('two'))
    log.info('none')
  })
  expect(lines.map(({ requestId }) => requestId)).toEqual(['request-1', 'request-2', undefined])
})
