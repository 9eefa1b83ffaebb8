import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { EnvironmentError } from '../src/environment.ts'
import { readSettings, variables } from '../src/settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'revoked-settings-'))
afterAll(() => rmSync(folder, { recursive: true }))

const env = {
  STORE_URL: 'redis://user:S3CRET@redis:6379',
  ISSUER: 'https://login.example',
  AUDIENCE: 'https://api.example, https://other.example',
  JWKS_URL: 'https://login.example/jwks',
}

function problemsOf(changes: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings({ ...env, ...changes })
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error
    expect(error.message).not.toContain('S3CRET')
    return error.problems
  }
  return []
}

test('has defaults for all but the store, the issuer, the audience and the keys', () => {
  expect(readSettings(env)).toMatchObject({
    STORE_URL: { kind: 'redis', url: env.STORE_URL },
    AUDIENCE: ['https://api.example', 'https://other.example'],
    ALGORITHMS: ['RS256'],
    CACHE: 'none',
    PORT: 8080,
    CLIENTS: undefined,
    CLAIM_HEADERS: [
      { claim: 'sub', header: 'X-Auth-Subject' },
      { claim: 'client_id', header: 'X-Auth-Client' },
      { claim: 'scope', header: 'X-Auth-Scope' },
    ],
  })
})

test('names everything that is missing at once', () => {
  expect(problemsOf({ STORE_URL: undefined, ISSUER: '', AUDIENCE: undefined })).toEqual([
    'STORE_URL is missing: set it, or STORE_URL_FILE',
    'ISSUER is missing: set it, or ISSUER_FILE',
    'AUDIENCE is missing: set it, or AUDIENCE_FILE',
  ])
})

test.each([
  ['STORE_URL', 'mysql://user:S3CRET@host', /^STORE_URL must be a URL that begins with redis:/],
  ['STORE_URL', 'S3CRET', /^STORE_URL must be a URL/],
  ['AUDIENCE', ' , ', /^AUDIENCE must name at least one/],
  ['JWKS_URL', 'http://login.example/jwks', /^JWKS_URL must be an https: URL/],
  ['JWKS_URL', 'login.example', /^JWKS_URL must be an https: URL/],
  ['MAX_TOKEN_LIFETIME', '24', /^MAX_TOKEN_LIFETIME must be a duration such as/],
  ['CACHE', 'S3CRET', /^CACHE must be one of none, layered, mirror$/],
  ['HASH_IDS', 'yes', /^HASH_IDS must be true or false$/],
  ['PORT', '65536', /^PORT must be a port/],
  ['PORT', '0x10', /^PORT must be a port/],
  ['CLIENTS', 'web=S3CRET', /^CLIENTS must be pairs of an id and the SHA-256/],
  ['CLIENTS', `a=${'0'.repeat(64)},a=${'1'.repeat(64)}`, /^CLIENTS must not name a client twice$/],
  ['CLAIM_HEADERS', 'sub', /^CLAIM_HEADERS must be pairs/],
  ['CLAIM_HEADERS', 'sub=Authorization', /a field begins with X-/],
  ['CLAIM_HEADERS', 'sub=X-Auth_Subject', /^CLAIM_HEADERS must be pairs/],
  ['CLAIM_HEADERS', 'sub=X-Forwarded-For', /^CLAIM_HEADERS must not name fields that proxies act on/],
  ['CLAIM_HEADERS', 'sub=X-Accel-Redirect', /^CLAIM_HEADERS must not name fields that proxies act on/],
  ['CLAIM_HEADERS', 'sub=X-A,aud=x-a', /^CLAIM_HEADERS must be pairs/],
  ['CLAIM_HEADERS', 'sub=X-A,aud=X-a', /^CLAIM_HEADERS must not name a field twice$/],
])('refuses %s=%s', (name, value, problem) => {
  expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(problem)])
})

test.each([
  ['no key', { JWKS_URL: undefined }, /^JWKS_URL or KEY_FILE must be set/],
  ['two keys', { KEY: '{}' }, /^JWKS_URL or KEY_FILE must be set, and not both/],
  ['a migration of Redis', { MIGRATE: 'true' }, /^MIGRATE goes with a postgres: URL only/],
  ['a cache of a file', { CACHE: 'mirror', STORE_URL: 'sqlite:/data/a.db' }, /^CACHE must be none with a sqlite: URL/],
])('refuses %s', (_, changes, problem) => {
  expect(problemsOf(changes)).toEqual([expect.stringMatching(problem)])
})

test.each([
  ['sqlite:/data/revoked.db', { kind: 'sqlite', path: '/data/revoked.db' }],
  ['sqlite:///data/revoked.db', { kind: 'sqlite', path: '/data/revoked.db' }],
  ['rediss://redis:6379/3', { kind: 'redis', url: 'rediss://redis:6379/3' }],
  ['postgresql://db/app', { kind: 'postgres', url: 'postgresql://db/app' }],
])('reads %s', (url, address) => {
  expect(readSettings({ ...env, STORE_URL: url }).STORE_URL).toEqual(address)
})

test('allows a key set over http: on this machine', () => {
  expect(problemsOf({ JWKS_URL: 'http://127.0.0.1:4000/jwks' })).toEqual([])
})

describe('a variable in a file', () => {
  test('is read without the line break at its end', () => {
    const path = join(folder, 'store-url')
    writeFileSync(path, `${env.STORE_URL}\n`)
    expect(readSettings({ ...env, STORE_URL: '', STORE_URL_FILE: path }).STORE_URL).toMatchObject({
      url: env.STORE_URL,
    })
  })

  test('excludes the variable itself, and must be there', () => {
    expect(problemsOf({ STORE_URL_FILE: join(folder, 'S3CRET') })).toEqual([
      'STORE_URL and STORE_URL_FILE exclude each other: set one of them',
    ])
    expect(problemsOf({ STORE_URL: undefined, STORE_URL_FILE: join(folder, 'S3CRET') })).toEqual([
      'STORE_URL cannot be read from the file that STORE_URL_FILE names: ENOENT',
    ])
  })
})

test('the README lists every variable with its default', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)` \|.*\| (?:`(.*)`|required|) ?\|$/gm)]
  const listed = rows.map(([, name, fallback]) => [name, fallback])
  expect(listed).toEqual(
    Object.entries(variables).map(([name, variable]) => [
      name,
      'fallback' in variable && variable.fallback !== '' ? variable.fallback : undefined,
    ]),
  )
})
