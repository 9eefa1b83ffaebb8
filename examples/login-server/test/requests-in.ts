/** Returns the server, the method, the path and the status of every line about a request. */
export function requestsIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const [, server, request, status] = /^[✗ ] ([AB]) {2}.{13}(\w+ +\/[\w/]+) +(\d{3})/.exec(line) ?? []
    return server === undefined ? [] : [`${server} ${request?.replace(/ +/, ' ')} ${status}`]
  })
}
