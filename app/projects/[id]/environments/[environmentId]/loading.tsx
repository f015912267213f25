import { Bone } from '../../../../_ui/bone.tsx'

/** The shape of an environment's page: head, three truths, deployments and log. */
export default function Loading() {
  return (
    <div aria-busy="true">
      <div className="h-12 border-b bg-surface" />
      <main className="mx-auto flex max-w-[110rem] flex-col gap-5 px-6 pt-5 max-md:px-4">
        <Bone className="h-7 w-64" />
        <div className="grid gap-3 md:grid-cols-3">
          {['branch', 'gitlab', 'dokku'].map((column) => (
            <div key={column} className="h-44 rounded-xl border bg-surface p-4">
              <Bone className="h-5 w-32" />
              <Bone className="mt-4 h-4 w-3/4" />
              <Bone className="mt-2 h-4 w-1/2" />
            </div>
          ))}
        </div>
        <div className="grid gap-5 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
          <div className="h-80 rounded-xl border bg-surface" />
          <div className="h-80 rounded-xl border bg-sunken" />
        </div>
      </main>
    </div>
  )
}
