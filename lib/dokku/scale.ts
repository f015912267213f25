import { plainLines, unreadable } from './output.ts'
import { jsonIn } from './reports.ts'

interface Formation {
  process_type: string
  quantity: number
}

/** Wished containers by process type, as `ps:scale APP` tells them in either form; `{}` for an app that has none. */
export function scaleIn(text: string): Record<string, number> {
  const formations = jsonIn(text, (value) => Array.isArray(value) && value.every(isFormation)) as
    | Formation[]
    | undefined
  if (formations) return Object.fromEntries(formations.map(({ process_type, quantity }) => [process_type, quantity]))
  const lines = plainLines(text)
  const heading = lines.findIndex((line) => /^proctype:\s+qty$/.test(line))
  if (heading === -1) throw unreadable('ps:scale', text)
  const rows = lines.slice(heading + 1).map((line) => /^([A-Za-z0-9][\w-]*):\s+(-?\d{1,9})$/.exec(line))
  return Object.fromEntries(rows.flatMap((row) => (row ? [[row[1], Number(row[2])]] : [])))
}

function isFormation(value: unknown): value is Formation {
  const formation = value as Partial<Formation> | null
  return typeof formation?.process_type === 'string' && Number.isInteger(formation.quantity)
}
