import { button } from '../_ui/button.ts'

/** A form of the browser's own: it follows the redirect to GitLab, with or without scripts. */
export function GitlabButton({ next }: { next: string }) {
  return (
    <form action="/sign-in/gitlab" method="post" className="flex flex-col gap-3 rounded-xl border bg-surface p-5">
      <input type="hidden" name="next" value={next} />
      <button type="submit" className={button('primary', 'large')}>
        Sign in with GitLab
      </button>
      <p className="text-pretty text-xs text-ink-faint">
        You see the projects that you see there, and what you do here is done as you.
      </p>
    </form>
  )
}
