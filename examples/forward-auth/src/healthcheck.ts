/** Exits with 0 if the server of this container is ready. The image has no curl. */
const { PORT = '8080' } = process.env

const isReady = await fetch(`http://127.0.0.1:${PORT}/health/ready`, { signal: AbortSignal.timeout(4_000) })
  .then(({ ok }) => ok)
  // No server listens.
  .catch(() => false)
process.exitCode = isReady ? 0 : 1
