// One login, as every runtime must tell it: a token is issued, verified, revoked and refused. All
// is set up at module scope, as in the modules of servers.
import { createRevocation } from '@revoked/core'
import { requireToken } from '@revoked/http/fetch'
import { createTokenPairs } from '@revoked/jose'
import { memoryStore } from '@revoked/store-memory'

const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '30d' })
const tokens = createTokenPairs({
  revocation,
  issuer: 'https://login.example',
  audience: 'https://api.example',
  algorithms: ['HS256'],
  keys: { secret: new TextEncoder().encode('a secret for tests that is long enough to sign with') },
  lifetime: '15m',
  refresh: { lifetime: '30d' },
})
const authenticate = requireToken({ tokens })

/** Returns what a route that is guarded by `requireToken` answers to a token. */
async function get(token) {
  const request = new Request('https://api.example/me', { headers: { authorization: `Bearer ${token}` } })
  const { refusal, claims } = await authenticate(request)
  return refusal === undefined ? `200 ${claims.sub}` : `${refusal.status} ${refusal.headers.get('www-authenticate')}`
}

/** Tells the story, and returns what happened. */
export async function tellStory() {
  const { accessToken, refreshToken } = await tokens.issuePair({ sub: 'alice' })
  const { claims } = await tokens.verify(accessToken)
  const before = await get(accessToken)
  const rotated = await tokens.rotate(refreshToken)
  const { changed } = await tokens.revoke(accessToken)
  const after = await get(accessToken)
  const other = await get(rotated.accessToken)
  await revocation.revoke({ subject: 'alice' })
  return { subject: claims.sub, before, changed, after, other, last: await get(rotated.accessToken) }
}
