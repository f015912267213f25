import type { ProjectSettings } from './settings.ts'
import { tagOf, versionMark } from './version.ts'

/** The bounds of what people set; the form shows the same. */
export const settingsBounds = {
  validHours: { least: 1, most: 168 },
  idleDays: { least: 1, most: 365 },
  keepPerAuthor: { least: 1, most: 100 },
  tagTemplate: { most: 100 },
  skipLabels: { most: 20, mostCharacters: 255 },
} as const

/** What stands against keeping these settings, as sentences; `[]` when nothing does. */
export function settingsFlaws({ promotion, approval, policies }: ProjectSettings): string[] {
  const { validHours, idleDays, keepPerAuthor, skipLabels } = settingsBounds
  const { idle } = policies
  return [
    ...tagTemplateFlaws(promotion.tagTemplate),
    ...flaw(isWithin(approval.validHours, validHours), 'An approval is valid for 1 to 168 hours.'),
    ...flaw(idle === null || isWithin(idle.days, idleDays), 'Review apps may be idle for 1 to 365 days.'),
    ...flaw(
      idle === null || isWithin(idle.warnDays, { least: 0, most: idle.days - 1 }),
      'The warning comes at least a day after the last deployment: warn fewer days before than are allowed.',
    ),
    ...flaw(
      policies.keepPerAuthor === null || isWithin(policies.keepPerAuthor, keepPerAuthor),
      'An author keeps 1 to 100 review apps.',
    ),
    ...flaw(policies.skipLabels.length <= skipLabels.most, `At most ${skipLabels.most} labels can be left alone.`),
    ...flaw(
      policies.skipLabels.every((label) => label.trim() !== '' && label.length <= skipLabels.mostCharacters),
      'A label has 1 to 255 characters.',
    ),
  ]
}

/** Git takes it as the name of a tag, and every version makes another name. */
function tagTemplateFlaws(template: string): string[] {
  const { most } = settingsBounds.tagTemplate
  if (template.split(versionMark).length !== 2) return ['The name of a tag has $VERSION in it, once.']
  const name = tagOf({ major: 1, minor: 2, patch: 3 }, template)
  const isName =
    template.length <= most && /^[\w+][\w.+/-]*$/.test(name) && !/\.\.|\/\/|\/\.|\.\/|\.lock(?:\/|$)|[./]$/.test(name)
  return flaw(isName, `Git takes no tag of this name; use letters, digits and . _ + - / in at most ${most} characters.`)
}

const isWithin = (value: number, { least, most }: { least: number; most: number }): boolean =>
  Number.isInteger(value) && value >= least && value <= most

const flaw = (isFine: boolean, words: string): string[] => (isFine ? [] : [words])
