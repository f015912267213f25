/**
 * For `node --import`: ends this process when the one that started it is gone, however that went. A Berth that was killed
 * hard must not leave a web server on the port or a second worker behind.
 */
const startedBy = process.ppid

setInterval(() => {
  if (process.ppid !== startedBy) process.kill(process.pid, 'SIGTERM')
}, 500).unref()

export {}
