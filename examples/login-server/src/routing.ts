/** Users are kept by the first server: who logs in, changes a password or bans, does it there. */
const concernsUsers = /^POST \/(?:login|password|admin\/)/

/**
 * Which of the servers gets the next request. Whatever does not concern the users goes to the
 * server after the one that was asked last: what one has taken back, another one is asked to
 * refuse.
 */
export function createRouting(servers: number): (request: string) => number {
  let last = 0
  return (request) => {
    last = concernsUsers.test(request) ? 0 : (last + 1) % servers
    return last
  }
}

/** A, B, C and so on. */
export function serverName(server: number): string {
  return String.fromCharCode(65 + server)
}
