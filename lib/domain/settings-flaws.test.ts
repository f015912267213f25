import { describe, expect, test } from 'vitest'
import { defaultSettings, type PolicySettings } from './settings.ts'
import { settingsChanges } from './settings-changes.ts'
import { settingsFlaws } from './settings-flaws.ts'

const withTag = (tagTemplate: string) => ({ ...defaultSettings, promotion: { way: 'tag' as const, tagTemplate } })
const withHours = (validHours: number) => ({ ...defaultSettings, approval: { needed: true, validHours } })
const withPolicies = (more: Partial<PolicySettings>) => ({
  ...defaultSettings,
  policies: { ...defaultSettings.policies, ...more },
})

test('the defaults have no flaw', () => {
  expect(settingsFlaws(defaultSettings)).toEqual([])
})

describe('the name of a tag', () => {
  test.each(['$VERSION', 'v$VERSION', 'release/$VERSION', 'app+$VERSION-prod', 'v$VERSION.rc1'])('%s', (template) => {
    expect(settingsFlaws(withTag(template))).toEqual([])
  })

  test.each([
    '',
    'v1.2.3',
    '$VERSION-$VERSION',
    '-$VERSION',
    '/$VERSION',
    '$VERSION/',
    '$VERSION.',
    '$VERSION.lock',
    'a..$VERSION',
    'a//$VERSION',
    'a/.$VERSION',
    'v $VERSION',
    'v~$VERSION',
    'v$VERSION\n',
    '@{$VERSION',
    'ü$VERSION',
    `${'v'.repeat(93)}$VERSION`,
  ])('not %j', (template) => {
    expect(settingsFlaws(withTag(template))).toHaveLength(1)
  })
})

test.each([
  [withHours(1), 0],
  [withHours(168), 0],
  [withHours(0), 1],
  [withHours(169), 1],
  [withHours(1.5), 1],
  [withPolicies({ idle: { days: 1, warnDays: 0 } }), 0],
  [withPolicies({ idle: { days: 365, warnDays: 364 } }), 0],
  [withPolicies({ idle: { days: 0, warnDays: 0 } }), 2],
  [withPolicies({ idle: { days: 366, warnDays: 3 } }), 1],
  [withPolicies({ idle: { days: 14, warnDays: 14 } }), 1],
  [withPolicies({ idle: { days: 14, warnDays: -1 } }), 1],
  [withPolicies({ idle: { days: Number.NaN, warnDays: 1 } }), 2],
  [withPolicies({ keepPerAuthor: 1 }), 0],
  [withPolicies({ keepPerAuthor: 0 }), 1],
  [withPolicies({ keepPerAuthor: 101 }), 1],
  [withPolicies({ skipLabels: ['keep', 'x'.repeat(255)] }), 0],
  [withPolicies({ skipLabels: [' '] }), 1],
  [withPolicies({ skipLabels: ['x'.repeat(256)] }), 1],
  [withPolicies({ skipLabels: Array.from({ length: 21 }, (_, index) => `label ${index}`) }), 1],
])('bounds, case %#', (settings, flaws) => {
  expect(settingsFlaws(settings)).toHaveLength(flaws)
})

test('a change is told with what was before', () => {
  expect(settingsChanges(defaultSettings, defaultSettings)).toEqual([])
  const after = { ...withPolicies({ idle: { days: 14, warnDays: 1 } }), approval: { needed: true, validHours: 8 } }
  expect(settingsChanges(defaultSettings, after)).toEqual([
    'Approval: not needed → needed',
    'Stop when idle: never → after 14 days, warned 1 day before',
  ])
})
