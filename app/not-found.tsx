import Link from 'next/link'
import { button } from './_ui/button.ts'
import { Icon } from './_ui/icon.tsx'

export default function NotFound() {
  return (
    <main className="mx-auto flex min-h-[80dvh] max-w-prose flex-col items-center justify-center gap-3 px-6 text-center">
      <Icon name="berth" className="size-8 text-ink-faint" />
      <h1 className="text-xl font-semibold">Nothing is moored here</h1>
      <p className="text-pretty text-ink-soft">
        The project or environment does not exist, was deleted in GitLab, or is not shown by this Berth.
      </p>
      <Link href="/" className={`${button('primary')} mt-2`}>
        All projects
      </Link>
    </main>
  )
}
