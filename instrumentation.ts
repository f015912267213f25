/** Before Next serves anything it knows what is connected, and from then on it hears of every change. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { openInstance } = await import('#lib/context.ts')
  await openInstance()
}
