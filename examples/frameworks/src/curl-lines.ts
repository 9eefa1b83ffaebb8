/**
 * Returns lines to paste into a shell, from top to bottom. They need curl and node. Each request
 * prints its status.
 */
export function curlLines(url: string): string {
  const refresh = `curl -s ${url}/refresh ${json('{"refreshToken":"\'$(field refreshToken)\'"}')}`
  const withToken = `-H "Authorization: Bearer $(field accessToken)" ${status}`
  return [
    ...login(url),
    `curl -s ${url}/me ${withToken}`,
    '# Exchange the refresh token for a new pair.',
    `SESSION=$(${refresh})`,
    `curl -s ${url}/me ${withToken}`,
    '# Log out. The token is refused afterwards.',
    `curl -s -X POST ${url}/logout ${withToken}`,
    `curl -s ${url}/me ${withToken}`,
  ].join('\n')
}

/** Returns such lines for the examples with cookies, which curl keeps in a file. */
export function cookieCurlLines(url: string): string {
  const ask = (request: string) => `curl -s -b "$JAR" -c "$JAR" ${request} ${status}`
  const login = `${url}/session/login ${json('{"user":"ada","password":"analytical-engine"}')}`
  return [
    'JAR=$(mktemp)',
    ask(login),
    ask(`${url}/me`),
    '# Exchange the refresh token for a new pair of cookies.',
    ask(`-X POST ${url}/session/refresh`),
    ask(`${url}/me`),
    '# A request that a page of another site sends is refused.',
    ask(`-X POST -H 'Sec-Fetch-Site: cross-site' ${url}/session/logout`),
    '# Log out. Both cookies are deleted.',
    ask(`-X POST ${url}/session/logout`),
    ask(`${url}/me`),
  ].join('\n')
}

/** Returns such lines for the endpoints of OAuth. The example also acts as the OpenID provider. */
export async function oauthCurlLines(url: string): Promise<string> {
  const { client } = await import('./oauth.ts')
  const ask = (path: string) =>
    `curl -s -u ${client.id}:${client.secret} ${url}/${path} -d token=$(field accessToken) ${status}`
  return [
    ...login(url),
    ask('introspect'),
    ask('revoke'),
    ask('introspect'),
    '# Log in again. The provider ends this session.',
    ...login(url),
    ask('introspect'),
    `LOGOUT=$(curl -s -X POST ${url}/provider/logout-token)`,
    `curl -s ${url}/backchannel-logout -d logout_token=$LOGOUT ${status}`,
    ask('introspect'),
  ].join('\n')
}

/** Returns such lines for the MCP server: a tool is called before and after the logout. */
export function mcpCurlLines(url: string): string {
  const withToken = '-H "Authorization: Bearer $(field accessToken)"'
  const call = json('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami"}}')
  const ask = `curl -s ${url}/mcp ${withToken} -H 'Accept: application/json, text/event-stream' ${call} ${status}`
  return [...login(url), ask, `curl -s -X POST ${url}/logout ${withToken} ${status}`, ask].join('\n')
}

const status = `-w ' %{http_code}\\n'`

function login(url: string): readonly string[] {
  return [
    `field() { echo "$SESSION" | node -pe "JSON.parse(fs.readFileSync(0)).$1"; }`,
    `SESSION=$(curl -s ${url}/login ${json('{"user":"ada","password":"analytical-engine"}')})`,
  ]
}

function json(body: string): string {
  return `-H 'Content-Type: application/json' -d '${body}'`
}
