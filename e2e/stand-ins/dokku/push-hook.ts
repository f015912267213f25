import { request } from 'node:http'
import { text } from 'node:stream/consumers'

// Git runs this as `pre-receive` of an app's repository. It hands the push to the stand-in, repeats what the deploy says,
// and refuses the push with the deploy's exit code, so that the pusher waits and sees what a real host shows.
const quarantine = ['GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_QUARANTINE_PATH']
const objects = Object.fromEntries(
  quarantine.flatMap((name): [string, string][] => {
    const value = process.env[name]
    return value ? [[name, value]] : []
  }),
)
const updates = await text(process.stdin)

const door = request(process.env.STAND_IN_DOOR ?? '', { method: 'POST' }, (answer) => {
  answer.pipe(process.stdout, { end: false })
  answer.on('end', () => {
    process.exitCode = Number(answer.trailers['x-exit-code'] ?? 1)
  })
})
door.on('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
door.end(JSON.stringify({ updates, objects }))
