import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const app = path.join(import.meta.dirname, '..')
const sources = readdirSync(app, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(path.join(app, file), 'utf8') }))

/** Who signs in is nobody yet, so its actions ask for proof of their own. */
const beforeSignIn = 'sign-in/actions.ts'

test('every Server Action asks first who calls it: each export is a door that anybody can knock at', () => {
  const actions = sources
    .filter(({ file, text }) => /^'use server'/m.test(text) && file !== beforeSignIn)
    .flatMap(({ file, text }) => {
      const parts = text.split(/^(?=(?:export |async function |function |const ))/m)
      const asking = parts.filter((part) => part.includes('await pageContext()'))
      // A helper of the file itself may ask for them.
      const helpers = asking.flatMap((part) => /^(?:async )?function (\w+)/.exec(part)?.[1] ?? [])
      const asks = (part: string) => asking.includes(part) || helpers.some((name) => part.includes(`${name}(`))
      const exported = parts.filter((part) => part.startsWith('export '))
      return exported.map((part) => ({ file, isFunction: /^export async function \w+/.test(part), asks: asks(part) }))
    })
  expect(actions.length).toBeGreaterThan(20)
  expect(actions.filter(({ isFunction, asks }) => !isFunction || !asks)).toEqual([])
})

test('no door of the API reads a body beside the limits of input.ts', () => {
  const readers = sources.filter(
    ({ file, text }) =>
      file.startsWith(`api${path.sep}`) && /\brequest\.(?:json|text|formData|arrayBuffer|blob|bytes|body)\b/.test(text),
  )
  expect(readers.map(({ file }) => file)).toEqual([path.join('api', 'input.ts')])
})

test('nothing is put into a page as HTML', () => {
  const raw = sources.filter(({ text }) => /dangerouslySetInnerHTML|\.innerHTML\b|insertAdjacentHTML/.test(text))
  expect(raw.map(({ file }) => file)).toEqual([])
})
