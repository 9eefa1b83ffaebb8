import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { openKeys } from '../src/keys.ts'
import { createLog } from '../src/log.ts'
import { startServer } from '../src/server.ts'
import { readSettings } from '../src/settings.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const jwk = publicKey.export({ format: 'jwk' })
const open = (key: unknown) =>
  openKeys({ JWKS_URL: undefined, KEY: typeof key === 'string' ? key : JSON.stringify(key) }).keys

test.each([
  ['a public key in PEM', pem],
  ['a JWK', jwk],
  ['a JWK Set', { keys: [jwk] }],
])('takes %s', (_, key) => {
  expect(open(key)).toHaveProperty('publicKey')
})

test('takes a secret as a JWK', () => {
  expect(open({ kty: 'oct', k: 'AAAA' })).toEqual({ secret: { kty: 'oct', k: 'AAAA' } })
})

test.each([
  ['a private key in PEM', privatePem, /holds a private key/],
  ['a private JWK', privateKey.export({ format: 'jwk' }), /holds a private key/],
  ['a broken PEM', '-----BEGIN PUBLIC KEY-----\nS3CRET\n-----END PUBLIC KEY-----', /no public key in PEM/],
  ['a malformed set', { keys: 'S3CRET' }, /malformed JWK Set/],
  ['what is no key', 'S3CRET', /must hold a public key in PEM, a JWK or a JWK Set/],
  ['another object', { S3CRET: true }, /must hold a public key/],
])('refuses %s without quoting it', (_, key, message) => {
  expect(() => open(key)).toThrow(message)
  expect(() => open(key)).not.toThrow('S3CRET')
})

test('a key of another kind than the algorithms is refused at the start', async () => {
  const settings = readSettings({
    STORE_URL: 'redis://127.0.0.1:1',
    ISSUER: 'https://login.example',
    AUDIENCE: 'https://api.example',
    ALGORITHMS: 'HS256',
    KEY: pem,
  })
  await expect(
    startServer(
      settings,
      createLog('error', () => undefined),
    ),
  ).rejects.toThrow('A public key goes with asymmetric algorithms only')
})
