/** Exits with 0 if the server of this container is ready. The image has no curl. */
const { PORT, HOST } = process.env

// The addresses that mean all of the machine are none to connect to.
const host = !HOST || HOST === '0.0.0.0' ? '127.0.0.1' : HOST === '::' ? '::1' : HOST
const name = host.includes(':') ? `[${host}]` : host

const isReady = await fetch(`http://${name}:${PORT || '8080'}/health/ready`, { signal: AbortSignal.timeout(4_000) })
  .then(({ ok }) => ok)
  // No server listens.
  .catch(() => false)
process.exitCode = isReady ? 0 : 1
