/** Back to the sign-in page, which says in words what this code means. */
export const backToSignIn = (error: string): Response =>
  new Response(null, { status: 303, headers: { location: `/sign-in?error=${error}`, 'cache-control': 'no-store' } })
