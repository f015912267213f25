const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** A size as a person says it, three figures at most: `1.4 GB`. Powers of 1,000, as disks are sold. */
export function bytes(count: number): string {
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3))
  const value = count / 1000 ** power
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(value >= 10 ? 0 : 1)} ${units[power]}`
}
