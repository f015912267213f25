import { Bone } from './_ui/bone.tsx'

/** The shape of the fleet, or of any page before it is known which. */
export default function Loading() {
  return (
    <div aria-busy="true">
      <div className="h-12 border-b bg-surface" />
      <main className="mx-auto flex max-w-[110rem] flex-col gap-5 px-6 pt-5 max-md:px-4">
        <Bone className="h-7 w-40" />
        <div className="divide-y rounded-xl border bg-surface">
          {['one', 'two', 'three', 'four'].map((row) => (
            <div key={row} className="flex gap-6 px-4 py-3.5">
              <Bone className="h-9 w-1/4" />
              <Bone className="h-9 w-1/5" />
              <Bone className="h-9 w-1/5 max-md:hidden" />
              <Bone className="h-9 flex-1" />
            </div>
          ))}
        </div>
      </main>
    </div>
  )
}
