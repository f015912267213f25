import { expect, test } from 'vitest'
import { recorded } from './recordings.ts'
import { scaleIn } from './scale.ts'

test.each(['10-ps-scale', '10-ps-scale-json'])('%s', (name) => {
  expect(scaleIn(recorded(name).stdout)).toEqual({ web: 1 })
})

test('several process types, with noise around them', () => {
  const text = `[notice] signal process started
\x1b[1m-----> Scaling for web1\x1b[0m
proctype: qty
--------: ---
my-worker:  0
web:  12
`
  expect(scaleIn(text)).toEqual({ 'my-worker': 0, web: 12 })
  expect(
    scaleIn('warning: slow\n[{"process_type":"my-worker","quantity":0},{"process_type":"web","quantity":12}]\n'),
  ).toEqual({ 'my-worker': 0, web: 12 })
})

test('an app that nothing was wished for', () => {
  expect(scaleIn('[]')).toEqual({})
  expect(scaleIn('-----> Scaling for web1\nproctype: qty\n--------: ---\n')).toEqual({})
})

test.each(['', 'Killed', '{"web":1}', '[{"process_type":"web","quantity":"1"}]'])('%j is no scale', (text) => {
  expect(() => scaleIn(text)).toThrowError(expect.objectContaining({ kind: 'unavailable' }))
})
