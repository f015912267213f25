/** Where a request comes from: the nearest proxy writes the last address; what stands before it anybody can claim. */
export const addressOf = (headers: Pick<Headers, 'get'>): string =>
  (headers.get('x-forwarded-for') ?? '').split(',').at(-1)?.trim().slice(0, 64) || 'unknown'
