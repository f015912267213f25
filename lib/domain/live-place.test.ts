import { describe, expect, it } from 'vitest'
import { createHeard, livePlaceIn, livePlaceText } from './live-place.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 24, 12, 0, seconds))

describe('the place of a listener', () => {
  it('names what was passed over until it comes', () => {
    const heard = createHeard({ newest: 10, ids: [9, 10] }, at(0))
    heard.add(13, at(1))
    expect(heard.place(at(1))).toEqual({ last: 13, gaps: [11, 12] })
    heard.add(11, at(2))
    heard.add(14, at(2))
    expect(heard.place(at(2))).toEqual({ last: 14, gaps: [12] })
  })

  it('begins with the numbers that were given out and cannot be seen yet', () => {
    expect(createHeard({ newest: 12, ids: [8, 10] }, at(0)).place(at(0))).toEqual({ last: 12, gaps: [9, 11, 12] })
    expect(createHeard({ newest: 12, ids: [12] }, at(0)).place(at(0))).toEqual({ last: 12, gaps: [] })
    expect(createHeard({ newest: 1, ids: [] }, at(0)).place(at(0))).toEqual({ last: 1, gaps: [1] })
    expect(createHeard({ newest: 0, ids: [] }, at(0)).place(at(0))).toEqual({ last: 0, gaps: [] })
  })

  it('gives a number up when its transaction cannot be under way any more', () => {
    const heard = createHeard({ newest: 1, ids: [1] }, at(0))
    heard.add(3, at(0))
    expect(heard.place(at(120))?.gaps).toEqual([2])
    expect(heard.place(at(121))?.gaps).toEqual([])
  })

  it('says nothing while more is missing than it can name, and something again afterwards', () => {
    const heard = createHeard({ newest: 1, ids: [1] }, at(0))
    heard.add(1000, at(0))
    expect(heard.place(at(0))).toBeNull()
    expect(heard.place(at(121))).toEqual({ last: 1000, gaps: [] })
  })

  it.each(['7', '120-117-118'])('%s is read as it was written', (text) => {
    const place = livePlaceIn(text)
    expect(place && livePlaceText(place)).toBe(text)
  })

  it.each(['', '-', '7-', 'x', '1'.repeat(16), `9${'-1'.repeat(65)}`, '7 8', '٣'])('%j is no place', (text) => {
    expect(livePlaceIn(text)).toBeNull()
  })
})
