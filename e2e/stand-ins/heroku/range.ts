import { Refusal, type Reply } from './reply.ts'

/** Fields that a list may be asked by, each with its value of a row as it stands in a range. */
export type Orders<Row> = Record<string, (row: Row) => string | number>

interface Range {
  field: string
  start: string
  /** `]`: begins after `start`. */
  isAfter: boolean
  isDescending: boolean
  max: number
}

const usualMax = 200
const largestMax = 1000

/** `version ]12..; order=desc, max=30` */
function parse(header: string, fields: readonly string[]): Range {
  const parts = /^\s*(\w+)(?:\s+(\]?)([^.;,\s]*)\.\.([^;,\s]*))?\s*(?:;\s*(.*))?$/.exec(header)
  const [, field = '', bracket = '', start = '', , rest = ''] = parts ?? []
  if (!parts || !fields.includes(field)) {
    throw new Refusal(
      416,
      'requested_range_not_satisfiable',
      `Please specify one of ${fields.join(', ')} as the range.`,
    )
  }
  const options = new Map(rest.split(/[,\s]+/).map((option) => option.split('=') as [string, string]))
  const max = Number(options.get('max') ?? usualMax)
  if (!Number.isInteger(max) || max < 1 || max > largestMax) {
    throw new Refusal(416, 'requested_range_not_satisfiable', `max must be between 1 and ${largestMax}.`)
  }
  return { field, start, isAfter: bracket === ']', isDescending: options.get('order') === 'desc', max }
}

const compare = (one: string | number, other: string | number): number => (one < other ? -1 : one > other ? 1 : 0)

/** A part of a list as the `Range` header asks for it: 206 and `Next-Range` when there is more. */
export function ranged<Row>(
  header: string | undefined,
  rows: readonly Row[],
  orders: Orders<Row>,
  present: (row: Row) => unknown,
): Reply {
  const fields = Object.keys(orders)
  const range = parse(header ?? `${fields[0]} ..`, fields)
  const valueIn = orders[range.field] as (row: Row) => string | number
  const sign = range.isDescending ? -1 : 1
  const start = rows.some((row) => typeof valueIn(row) === 'number') ? Number(range.start) : range.start
  const left = rows
    .toSorted((one, other) => sign * compare(valueIn(one), valueIn(other)))
    .filter((row) => range.start === '' || sign * compare(valueIn(row), start) >= (range.isAfter ? 1 : 0))
  const shown = left.slice(0, range.max)
  const last = shown.at(-1)
  const options = `${range.isDescending ? 'order=desc, ' : ''}max=${range.max}`
  const more = left.length > shown.length && last !== undefined
  return {
    status: more ? 206 : 200,
    json: shown.map(present),
    headers: {
      'accept-ranges': fields.join(', '),
      ...(last !== undefined && {
        'content-range': `${range.field} ${valueIn(shown[0] as Row)}..${valueIn(last)}; ${options}`,
      }),
      ...(more && { 'next-range': `${range.field} ]${valueIn(last)}..; ${options}` }),
    },
  }
}
