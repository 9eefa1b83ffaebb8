import {
  CorruptMarkError,
  InvalidClaimsError,
  PartialAnswerError,
  type RevocationError,
  RevocationUnavailableError,
  StoreFullError,
  TokenLifetimeError,
  TokenRevokedError,
  UnidentifiableTokenError,
} from '@revoked/core'
import { answerFor } from '@revoked/http'
import { InvalidTokenError, KeysUnavailableError, RefreshReusedError } from '@revoked/jose'
import { StaleAuthenticationError, TooManySessionsError } from '@revoked/sessions'
import { errors } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { refuse } from '../../src/bearer/refuse.ts'
import { expectAnswer } from '../support/expect-answer.ts'
import { type Expectation, expired, full, invalid, revoked, stale, unavailable } from '../support/expectations.ts'
import { listen } from '../support/listen.ts'
import { createWorld, secrets } from '../support/setup.ts'

const cause = new Error(secrets.storeError)

const answered: readonly (readonly [name: string, error: RevocationError, expected: Expectation])[] = [
  ['a revoked token', new TokenRevokedError('sid', 'S3CRET-reason'), revoked],
  ['a refresh token used twice', new RefreshReusedError(), revoked],
  ['an expired token', new InvalidTokenError('ERR_JWT_EXPIRED', 'exp'), expired],
  ['a bad signature', new InvalidTokenError('ERR_JWS_SIGNATURE_VERIFICATION_FAILED'), invalid],
  ['a token of another type', new InvalidTokenError('ERR_TOKEN_TYPE'), invalid],
  ['unusable claims', new InvalidClaimsError('The claim S3CRET is missing.', 'S3CRET'), invalid],
  ['a token that lives too long', new TokenLifetimeError('S3CRET'), invalid],
  ['a password that was given too long ago', new StaleAuthenticationError(300), stale],
  ['too many sessions', new TooManySessionsError(3), full],
  ['a store that is away', new RevocationUnavailableError('S3CRET', { cause }), unavailable],
  ['keys that are away', new KeysUnavailableError(cause), unavailable],
]

const unanswered: readonly RevocationError[] = [
  new UnidentifiableTokenError('The claim jti is missing.'),
  new StoreFullError('full'),
  new CorruptMarkError('corrupt'),
  new PartialAnswerError([]),
]

test.for(answered)('answers %s as the adapters do, and tells nothing of the error', ([, error, expected]) => {
  const answer = answerFor(error)
  const headers = Object.entries(answer?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const)
  const present = Object.entries(expected.headers).filter(([, value]) => value !== undefined)
  expect({ ...answer, headers: Object.fromEntries(headers) }).toEqual({
    ...expected,
    headers: Object.fromEntries(present),
  })
  expect(JSON.stringify(answer)).not.toContain('S3CRET')
})

test('answers an error with the status that it carries, and none that carries no status', () => {
  for (const [, error] of answered) expect(answerFor(error)?.status).toBe(error.status)
  for (const error of unanswered) expect([answerFor(error), error.status]).toEqual([undefined, undefined])
})

test('answers an error as the guards of all adapters do', () => {
  for (const [, error] of answered) expect(answerFor(error)).toEqual(refuse(error, {}, {}))
})

test('knows an error of another installation of this library by its code', () => {
  const twin = Object.assign(new Error('The token was revoked.'), { code: 'ERR_TOKEN_REVOKED' })
  expect(answerFor(twin)).toEqual(answerFor(new TokenRevokedError('jti')))
})

test.for([
  ['a defect', new TypeError('a defect')],
  ['an error with a status of its own', Object.assign(new Error('teapot'), { status: 418 })],
  ['an error of jose', new errors.JWTExpired('expired', {})],
  ['a wrapped error', new Error('outer', { cause: new TokenRevokedError('jti') })],
  ['what is no error', { code: 'ERR_TOKEN_REVOKED' }],
  ['a string', 'ERR_TOKEN_REVOKED'],
  ['nothing', undefined],
  ['null', null],
])('leaves %s to others', ([, error]) => {
  expect(answerFor(error)).toBe(undefined)
})

describe('a server without an adapter', () => {
  test('refuses by it', async () => {
    const { tokens, goDown } = createWorld()
    const url = await toHandler(async (token) => void (await tokens.verify(token)))
    const token = await tokens.issue({ sub: secrets.subject })
    const get = () => fetch(url, { headers: { authorization: token } })
    expect((await get()).status).toBe(200)
    await tokens.revoke(token)
    await expectAnswer(await get(), revoked)
    goDown('rejects')
    await expectAnswer(await get(), unavailable)
  })
})

/** Node's own server, which admits who the given function does not reject. */
async function toHandler(admit: (token: string) => Promise<void>): Promise<string> {
  const { url, close } = await listen(async (request, response) => {
    const admitted = admit(request.headers.authorization ?? '')
    const answer = await admitted.then(() => undefined, answerFor)
    response.writeHead(answer?.status ?? 200, { ...answer?.headers }).end(JSON.stringify(answer?.body))
  })
  onTestFinished(close)
  return url
}
