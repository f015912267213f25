/** A grey shape where something will be: the building block of every skeleton. */
export function Bone({ className }: { className: string }) {
  return <span aria-hidden="true" className={`block animate-breathe rounded bg-sunken ${className}`} />
}
