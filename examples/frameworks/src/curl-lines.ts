import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'

/** What to paste into a shell, from top to bottom. Needs curl and node, nothing else. Each request prints its status. */
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

/** The same for the endpoints of OAuth, with a logout token of the provider that is good for an hour. */
export async function oauthCurlLines(url: string): Promise<string> {
  const { client, provider } = await import('./oauth.ts')
  const now = Math.floor(Date.now() / 1_000)
  const logoutToken = await new SignJWT({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })
    .setProtectedHeader({ alg: 'HS256', typ: 'logout+jwt' })
    .setIssuer(provider.issuer)
    .setAudience(provider.ourClientId)
    .setSubject('ada')
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + 3_600)
    .sign(provider.secret)
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
    `curl -s ${url}/backchannel-logout -d logout_token=${logoutToken} ${status}`,
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
