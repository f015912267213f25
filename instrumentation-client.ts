import { patiently } from './app/_ui/patient-reading.ts'

// Before Next reads its first page in the browser.
window.fetch = patiently(window.fetch.bind(window), {
  isShown: (url) => new URL(url, location.href).pathname === location.pathname,
})
