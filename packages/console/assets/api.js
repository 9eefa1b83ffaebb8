// Asks the server. Every request has a header that no page of another origin can add.

const base = new URL('../api/', import.meta.url)

/** A failure that people can read. */
export class ApiError extends Error {
  constructor(message, code) {
    super(message)
    this.name = 'ApiError'
    this.code = code
  }
}

/** Asks a route. With a body, it is a POST of JSON. */
export async function ask(path, body, { signal } = {}) {
  const headers = { 'X-Revoked-Console': '1', ...(body !== undefined && { 'Content-Type': 'application/json' }) }
  const options = { headers, cache: 'no-store', credentials: 'same-origin', redirect: 'error', signal }
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  let response
  try {
    response = await fetch(new URL(path, base), { ...options, ...sent })
  } catch (error) {
    if (error.name === 'AbortError') throw error
    throw new ApiError('The server cannot be reached, or sends you elsewhere. Reload the page.', 'unreachable')
  }
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer
  throw new ApiError(answer.message ?? `The server answered ${response.status}.`, answer.error ?? 'failed')
}
