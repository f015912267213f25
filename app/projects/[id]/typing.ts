/** Whether a key press belongs to a field, to a dialog or to the browser, and so is no shortcut of the page. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true
  if (document.querySelector('dialog[open]')) return true
  return (
    event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable]') !== null
  )
}
