import { fileURLToPath } from 'node:url'
import { runNode } from '@revoked/testing'
import { beforeAll, describe, expect, test } from 'vitest'

const packageRoot = fileURLToPath(new URL('..', import.meta.url))
const compiler = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))

const names = [
  'InvalidTokenError',
  'KeysUnavailableError',
  'RefreshReusedError',
  'createAccessTokens',
  'createLogoutTokens',
  'createRevocableTokens',
  'createTokenPairs',
]

describe('the built package', () => {
  beforeAll(async () => {
    expect(await runNode([compiler, '--build', '.'], packageRoot)).toEqual({ exitCode: 0, output: '' })
  }, 30_000)

  const print = 'console.log(JSON.stringify(Object.keys(jose).sort()))'
  // Node 20 and 22 print a warning the first time that a module is required; it is not what is
  // tested.
  test.each([
    ['required from CommonJS', ['--input-type=commonjs'], `const jose = require('@revoked/jose'); ${print}`],
    ['imported', ['--input-type=module'], `import * as jose from '@revoked/jose'; ${print}`],
  ])('can be %s', async (_, flags, script) => {
    const run = await runNode(['--no-warnings', ...flags, '--eval', script], packageRoot)
    expect(run).toEqual({ exitCode: 0, output: `${JSON.stringify(names)}\n` })
  })

  test('issues, verifies and revokes from CommonJS', async () => {
    const script = `
      const { createAccessTokens } = require('@revoked/jose')
      const { createRevocation } = require('@revoked/core')
      const store = { record: async (marks) => marks.map(() => true), find: () => [], forget: async () => {}, agree: async (settings) => ({ ...settings, now: Date.now() }) }
      const tokens = createAccessTokens({
        revocation: createRevocation({ store, maxTokenLifetime: '1h' }),
        issuer: 'https://login.example',
        audience: 'https://api.example',
        algorithms: ['HS256'],
        keys: { secret: crypto.getRandomValues(new Uint8Array(32)) },
      })
      const work = async () => {
        const token = await tokens.issue({ sub: 'alice' })
        const { claims } = await tokens.verify(token)
        const { changed } = await tokens.revoke(token)
        console.log(claims.sub, changed)
      }
      work()`
    const run = await runNode(['--no-warnings', '--input-type=commonjs', '--eval', script], packageRoot)
    expect(run).toEqual({ exitCode: 0, output: 'alice true\n' })
  })
})
