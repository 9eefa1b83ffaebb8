/**
 * What to paste into a shell, from top to bottom. Needs curl and node, nothing else. Each request
 * prints its status.
 */
export function curlLines(url: string): string {
  const refresh = `curl -s ${url}/refresh ${json('{"refreshToken":"\'$(field refreshToken)\'"}')}`
  const withToken = `-H "Authorization: Bearer $(field accessToken)" ${status}`
  return [
    ...login(url),
    `curl -s ${url}/me ${withToken}`,
    '# A new pair for the refresh token.',
    `SESSION=$(${refresh})`,
    `curl -s ${url}/me ${withToken}`,
    '# Logged out. The token is refused from here on.',
    `curl -s -X POST ${url}/logout ${withToken}`,
    `curl -s ${url}/me ${withToken}`,
  ].join('\n')
}

/** The same with cookies, which curl keeps in a file as a browser would. */
export function cookieCurlLines(url: string): string {
  const ask = (request: string) => `curl -s -b "$JAR" -c "$JAR" ${request} ${status}`
  const login = `${url}/session/login ${json('{"user":"ada","password":"analytical-engine"}')}`
  return [
    'JAR=$(mktemp)',
    ask(login),
    ask(`${url}/me`),
    '# A new pair of cookies for the refresh token.',
    ask(`-X POST ${url}/session/refresh`),
    ask(`${url}/me`),
    '# What a page of another site would send is refused.',
    ask(`-X POST -H 'Sec-Fetch-Site: cross-site' ${url}/session/logout`),
    '# Logged out. Both cookies are gone.',
    ask(`-X POST ${url}/session/logout`),
    ask(`${url}/me`),
  ].join('\n')
}

/**
 * The same for the endpoints of OAuth, with a logout token of a provider that the example plays.
 */
export async function oauthCurlLines(url: string): Promise<string> {
  const { client } = await import('./oauth.ts')
  const ask = (path: string) =>
    `curl -s -u ${client.id}:${client.secret} ${url}/${path} -d token=$(field accessToken) ${status}`
  return [
    ...login(url),
    ask('introspect'),
    ask('revoke'),
    ask('introspect'),
    '# A new session, which the provider ends.',
    ...login(url),
    ask('introspect'),
    `LOGOUT=$(curl -s -X POST ${url}/provider/logout-token)`,
    `curl -s ${url}/backchannel-logout -d logout_token=$LOGOUT ${status}`,
    ask('introspect'),
  ].join('\n')
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
