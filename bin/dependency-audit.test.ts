import { expect, test } from 'vitest'
import { readAudit } from './dependency-audit.ts'

const report = (vulnerabilities: object) => JSON.stringify({ auditReportVersion: 2, vulnerabilities, metadata: {} })

test('high and critical advisories are named, lesser ones are not', () => {
  const found = readAudit(
    report({
      one: { name: 'one', severity: 'critical', range: '<2.0.1' },
      two: { name: 'two', severity: 'high', range: '*' },
      three: { name: 'three', severity: 'moderate', range: '<1' },
    }),
  )
  expect(found).toEqual({ kind: 'vulnerable', packages: ['one <2.0.1 (critical)', 'two * (high)'] })
})

test('no advisories are a clean bill', () => {
  expect(readAudit(report({}))).toEqual({ kind: 'clean' })
})

test('a registry that knows no advisories is not a clean bill', () => {
  const refusal = {
    message: '405',
    error: { code: 'ENOAUDIT', summary: 'Your configured registry does not support audits' },
  }
  expect(readAudit(JSON.stringify(refusal))).toEqual({
    kind: 'unknown',
    words: 'Your configured registry does not support audits',
  })
  expect(readAudit('{"message":"405 Method Not Allowed","statusCode":405}')).toMatchObject({ kind: 'unknown' })
  expect(readAudit('')).toMatchObject({ kind: 'unknown' })
  expect(readAudit('{"error":{"summary":""}}')).toEqual({ kind: 'unknown', words: 'npm audit gave no report' })
})
