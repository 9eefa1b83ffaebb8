/** Requests that concern users, whom only the first server keeps: logins, passwords and bans. */
const concernsUsers = /^POST \/(?:login|password|admin\/)/

/**
 * Creates a function that chooses the server for each request. Requests that concern users go to
 * the first server. All others go to the server after the last one that was asked, so one server
 * must refuse what another one has revoked.
 */
export function createRouting(servers: number): (request: string) => number {
  let last = 0
  return (request) => {
    last = concernsUsers.test(request) ? 0 : (last + 1) % servers
    return last
  }
}

/** Returns the name of a server: A, B, C and so on. */
export function serverName(server: number): string {
  return String.fromCharCode(65 + server)
}
