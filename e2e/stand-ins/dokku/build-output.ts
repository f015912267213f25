import { randomBytes } from 'node:crypto'

/** What building an image says, up to the image itself. */
export function buildOutput(app: string): string {
  return `-----> Cleaning up...
-----> Building ${app} from Dockerfile
#0 building with "default" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 133B done
#1 DONE 0.0s

#2 [internal] load .dockerignore
#2 transferring context: 2B done
#2 DONE 0.0s

#3 [internal] load metadata for docker.io/library/debian:bookworm-slim
#3 DONE 0.0s

`
}

export function imageOutput(app: string): string {
  return `#4 [1/3] FROM docker.io/library/debian:bookworm-slim
#4 DONE 0.0s

#5 [internal] load build context
#5 transferring context: 365B done
#5 DONE 0.0s

#6 [2/3] WORKDIR /app
#6 CACHED

#7 [3/3] COPY . /app
#7 DONE 0.0s

#8 exporting to image
#8 exporting layers done
#8 writing image sha256:${randomBytes(32).toString('hex')} done
#8 naming to docker.io/dokku/${app}:latest done
#8 DONE 0.0s
`
}

/** What a broken build says instead. */
export function brokenBuildOutput(app: string): string {
  return `#4 [1/3] FROM docker.io/library/debian:bookworm-slim
#4 CACHED

#5 [2/2] RUN echo building && false
#5 0.178 building
#5 ERROR: executor failed running [/bin/sh -c echo building && false]: exit code: 1
------
 > [2/2] RUN echo building && false:
0.178 building
------
ERROR: failed to build: failed to solve: executor failed running [/bin/sh -c echo building && false]: exit code: 1
 !     Removing invalid image tag dokku/${app}:latest
 !     App build failed
`
}

/** What the pre-flight checks say of a container that does not stay up. */
export function failedChecksOutput(app: string, containerId: string): string {
  const short = containerId.slice(0, 12)
  const output = `=====> Start of ${app} container output (${short} web.1)
${'       boot: missing DATABASE_URL\n'.repeat(8)}=====> End of ${app} container output (${short} web.1)
`
  return `=====> Start healthcheck output
       state=restarting
=====> End healthcheck output
${redWarning}Failure in name='default': container has restarted 7 times
${redWarning}Failure in name='port listening check': container state is not running
${containerId}
 !     Could not start due to 1 failed checks (web.1)
${output}${output}parallel: This job failed:
/var/lib/dokku/plugins/available/scheduler-docker-local/bin/scheduler-deploy-process-container ${app} dockerfile dokku/${app}:latest latest web 1 1

`
}

/** The colour codes come even without a terminal. */
export const redWarning = '\u001b[1m\u001b[31m !     \u001b[0m\u001b[0m'
