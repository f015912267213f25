import { type Check, type CheckState, checkGroups, checkGroupWords, checkStates } from './check.ts'

/** What the doctor found at one look. */
export interface WiringReport {
  checks: Check[]
  checkedAt: Date
  checkedBy: string
}

/** How many of each state. */
export function tally(checks: readonly Check[]): Record<CheckState, number> {
  const count = (state: CheckState) => checks.filter((check) => check.state === state).length
  return { problem: count('problem'), warning: count('warning'), unknown: count('unknown'), ok: count('ok') }
}

export interface CheckSection {
  group: Check['group']
  title: string
  /** Worst first. */
  checks: Check[]
}

const badness = ({ state }: Pick<Check, 'state'>): number => checkStates.indexOf(state)

/** By group, the group with the worst check first; groups that are equally bad stay in the order of the wiring. */
export function sections(checks: readonly Check[]): CheckSection[] {
  return checkGroups
    .map((group) => ({
      group,
      title: checkGroupWords[group],
      checks: checks.filter((check) => check.group === group).sort((one, other) => badness(one) - badness(other)),
    }))
    .filter((section) => section.checks.length > 0)
    .sort((one, other) => badness(one.checks[0] as Check) - badness(other.checks[0] as Check))
}

/** `2 problems, 1 warning, 3 unknown; 18 fine` */
export function tallyWords(checks: readonly Check[]): string {
  const { problem, warning, unknown, ok } = tally(checks)
  const parts = [
    ...(problem > 0 ? [`${problem} problem${problem === 1 ? '' : 's'}`] : []),
    ...(warning > 0 ? [`${warning} warning${warning === 1 ? '' : 's'}`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
  ]
  return parts.length === 0 ? `All ${ok} checks are fine` : `${parts.join(', ')}; ${ok} fine`
}

/** The whole report as plain text, for an issue or a chat. */
export function reportText(report: WiringReport, project: { pathWithNamespace: string }): string {
  const head = [
    `Wiring of ${project.pathWithNamespace}`,
    `${tallyWords(report.checks)}. Checked ${report.checkedAt.toISOString()} by ${report.checkedBy}.`,
  ]
  const body = sections(report.checks).map(({ title, checks }) =>
    [title, '-'.repeat(title.length), ...checks.flatMap(checkLines)].join('\n'),
  )
  return `${[head.join('\n'), ...body].join('\n\n')}\n`
}

function checkLines({ state, name, words, evidence, fix }: Check): string[] {
  return [
    `[${state}] ${name}: ${words}`,
    ...evidence.map((line) => `    seen: ${line}`),
    ...(fix === null ? [] : [`    fix:  ${fix.words}`]),
    ...(fix?.kind === 'command'
      ? fix.text
          .trimEnd()
          .split('\n')
          .map((line) => `          ${line}`)
      : []),
    ...(fix?.kind === 'link' ? [`          ${fix.href}`] : []),
  ]
}
