import { Bone } from '../../_ui/bone.tsx'

const rows = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']

/** The shape of the project's page: head, attention, lane, table. */
export default function Loading() {
  return (
    <div aria-busy="true">
      <div className="h-12 border-b bg-surface" />
      <main className="mx-auto flex max-w-[110rem] flex-col gap-5 px-6 pt-5 max-md:px-4">
        <Bone className="h-7 w-48" />
        <Bone className="h-5 w-72" />
        <div className="grid gap-2 lg:grid-cols-[minmax(0,1fr)_15rem_minmax(0,1fr)]">
          <div className="h-36 rounded-xl border bg-surface p-4">
            <Bone className="h-6 w-28" />
            <Bone className="mt-3 h-4 w-3/4" />
          </div>
          <div className="flex flex-col items-center justify-center gap-2">
            <Bone className="h-6 w-24 rounded-full" />
            <Bone className="h-8 w-40" />
          </div>
          <div className="h-36 rounded-xl border bg-surface p-4">
            <Bone className="h-6 w-28" />
            <Bone className="mt-3 h-4 w-3/4" />
          </div>
        </div>
        <Bone className="mt-2 h-6 w-32" />
        <Bone className="h-8 w-full max-w-3xl" />
        <div className="divide-y rounded-xl border bg-surface">
          {rows.map((row) => (
            <div key={row} className="flex gap-6 px-4 py-3.5">
              <Bone className="size-4 rounded-full" />
              <Bone className="h-8 w-1/4" />
              <Bone className="h-8 w-1/5" />
              <Bone className="h-8 flex-1 max-lg:hidden" />
            </div>
          ))}
        </div>
      </main>
    </div>
  )
}
