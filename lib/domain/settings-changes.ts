import type { ProjectSettings } from './settings.ts'

/** What of the settings is another one, as people read it in the activity: `[]` when they are the same. */
export function settingsChanges(before: ProjectSettings, after: ProjectSettings): string[] {
  const [was, is] = [lines(before), lines(after)]
  return Object.keys(is).flatMap((name) => {
    const [old, now] = [was[name], is[name]]
    return old === now ? [] : [`${name}: ${old} → ${now}`]
  })
}

function lines({ promotion, approval, policies }: ProjectSettings): Record<string, string> {
  const { idle, stopEnded, keepPerAuthor, skipLabels } = policies
  return {
    'Way to production': promotion.way === 'tag' ? 'the next tag' : 'job of staging’s pipeline',
    'Name of tags': promotion.tagTemplate,
    Approval: approval.needed ? 'needed' : 'not needed',
    'Approval is valid': hours(approval.validHours),
    'Stop when idle': idle === null ? 'never' : `after ${days(idle.days)}, warned ${days(idle.warnDays)} before`,
    'Stop when the merge request ended': stopEnded ? 'yes' : 'no',
    'Review apps of an author': keepPerAuthor === null ? 'any number' : `${keepPerAuthor} at most`,
    'Labels left alone': skipLabels.length === 0 ? 'none' : skipLabels.join(', '),
  }
}

const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`)
const hours = (count: number): string => (count === 1 ? '1 hour' : `${count} hours`)
