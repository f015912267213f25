import { useState } from 'react'
import { button } from '../../../_ui/button.ts'

/** Classes of a box that shows a file's lines and scrolls by keyboard too. */
export const fileBox =
  'min-h-0 overflow-auto px-4 py-3 font-mono text-xs leading-5 whitespace-pre max-xl:max-h-[70dvh] xl:flex-1'

export function FileText({ text }: { text: string }) {
  if (text === '') return <p className="px-4 py-6 text-center text-sm text-ink-soft">Nothing to show yet.</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
    <section aria-label="The file" tabIndex={0} className={fileBox}>
      {text.split('\n').map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is nothing but its place.
        <span key={index} className={line.trimStart().startsWith('#') ? 'text-ink-faint' : undefined}>
          {line}
          {'\n'}
        </span>
      ))}
    </section>
  )
}

/** Takes the shown file along. */
export function FileTools({ text, isDisabled }: { text: string; isDisabled: boolean }) {
  const [words, setWords] = useState('')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setWords('Copied.')
    } catch {
      setWords('The browser does not let this page copy; download it.')
    }
  }
  const download = () => {
    const address = URL.createObjectURL(new Blob([text], { type: 'text/yaml' }))
    Object.assign(document.createElement('a'), { href: address, download: '.gitlab-ci.yml' }).click()
    // The browser reads it after the click.
    setTimeout(() => URL.revokeObjectURL(address), 60_000)
  }
  return (
    <div className="ml-auto flex items-center gap-2">
      <span role="status" className="text-pretty text-sm text-ink-soft">
        {words}
      </span>
      <button type="button" onClick={copy} disabled={isDisabled} className={button('plain', 'small')}>
        Copy
      </button>
      <button type="button" onClick={download} disabled={isDisabled} className={button('plain', 'small')}>
        Download
      </button>
    </div>
  )
}
