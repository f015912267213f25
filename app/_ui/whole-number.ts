import { notFound } from 'next/navigation'

/** The number in an address; what is none leads to the not-found page. */
export function wholeNumber(text: string | string[]): number {
  return typeof text === 'string' && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : notFound()
}
