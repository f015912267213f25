/** One measured number beside what it is compared to. */
export interface Measured {
  what: string
  value: string
  /** The aim, the minimum or another way of doing it; `''` when there is nothing to compare to. */
  beside: string
}

export function table(rows: readonly Measured[]): string {
  const all = [{ what: 'what', value: 'measured', beside: 'beside' }, ...rows]
  const width = (key: keyof Measured): number => Math.max(...all.map((row) => row[key].length))
  const line = (row: Measured): string =>
    `| ${row.what.padEnd(width('what'))} | ${row.value.padEnd(width('value'))} | ${row.beside.padEnd(width('beside'))} |`
  const rule = `|${(['what', 'value', 'beside'] as const).map((key) => '-'.repeat(width(key) + 2)).join('|')}|`
  const [head, ...body] = all.map(line)
  return [head, rule, ...body].join('\n')
}

/** The value below which the share `q` (0 to 1) of the samples lies. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}

/** `p50 14 ms, p95 23 ms` of samples in milliseconds. */
export const percentiles = (samples: readonly number[]): string =>
  `p50 ${milliseconds(quantile(samples, 0.5))}, p95 ${milliseconds(quantile(samples, 0.95))}`

export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`
export const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`
