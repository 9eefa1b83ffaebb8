import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import { betterSqlite3, docExamples, docFragments, type RedisServer, runNode, startRedis } from '@revoked/testing'
import { type PostgresServer, startPostgres } from '@revoked/testing/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startReadmeServer } from './support/readme-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const examples = docExamples(root)

// The examples take their secret from the environment.
process.env['JWT_SECRET'] ??= 'a secret for tests that is long enough to sign with'

// Inside the checkout, so that imports are resolved as a user's are.
const folder = mkdtempSync(join(root, 'node_modules', '.doc-examples-'))
afterAll(() => rmSync(folder, { recursive: true }))

/**
 * Compiles the examples in TypeScript against the built packages, as users have them. Returns what
 * the compiler reports. Afterwards, all examples can be run.
 */
async function compile(): Promise<string> {
  const files = examples.flatMap(({ language, code }, index) => {
    const file = join(folder, `example-${index}.${language === 'ts' ? 'mts' : 'mjs'}`)
    writeFileSync(file, code)
    return language === 'ts' ? [file] : []
  })
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    // NestJS has decorators of parameters, which are of the experimental kind.
    compilerOptions: { noUnusedLocals: false, customConditions: [], types: ['node'], experimentalDecorators: true },
    files,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const { output } = await runNode([compiler, '--project', folder], root, 60_000)
  return output.replace(/\S*example-(\d+)\.mts/g, (_, index) => examples[Number(index)]?.place ?? '')
}

let complaints = ''
let server: RedisServer
let database: PostgresServer
beforeAll(async () => {
  // The examples over Redis use it, if it is given.
  server = await startRedis()
  process.env['REDIS_URL'] = server.url
  process.env['DATABASE_PATH'] = join(folder, 'app.db')
  database = await startPostgres()
  process.env['DATABASE_URL'] = database.url
  // It is not in the root install, because it has to be built.
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(await betterSqlite3(), 'node_modules/better-sqlite3'), join(folder, 'node_modules/better-sqlite3'))
  complaints = await compile()
}, 600_000)
afterAll(() => Promise.all([server.stop(), database.stop()]))
// No example finds what another one has revoked.
beforeEach(async () => void (await server.command('FLUSHALL')))

test('finds the examples of READMEs and docstrings', () => {
  const places = examples.map(({ place }) => place.replace(/:\d+$/, ''))
  expect(places).toEqual(
    expect.arrayContaining([
      'README.md',
      'docs/start/first-ten-minutes.md',
      'packages/core/README.md',
      'packages/core/src/revocation.ts',
    ]),
  )
})

test('every TypeScript example compiles, as strictly as the sources do', () => {
  expect(complaints).toBe('')
})

test('no block is a fragment but code that is replaced, a recipe that has its own test, and CommonJS', async () => {
  const fragments = docFragments(root)
  expect(fragments.map(({ place }) => place.replace(/:\d+$/, ''))).toEqual([
    'docs/guides/moving-from-jsonwebtoken-and-redis.md',
    'docs/guides/testing-with-jest.md',
    'docs/guides/testing-with-jest.md',
    'docs/start/runtimes.md',
  ])
  // Each can be parsed.
  for (const { code } of fragments) new Script(`async () => {\n${code}\n}`)
  const file = join(folder, 'common.cjs')
  writeFileSync(file, fragments.at(-1)?.code ?? '')
  expect(await runNode([file], root)).toMatchObject({ exitCode: 0 })
})

const listens = (code: string): boolean => /\.listen\(|\bserve\(\{/.test(code)

describe('every example of a README or a guide runs, and prints what its comments say', () => {
  for (const [index, { place, code }] of examples.entries()) {
    if (!place.includes('.md') || listens(code)) continue
    test(place, async () => {
      const { exitCode, output } = await runNode([join(folder, `example-${index}.mjs`)], root)
      expect(output).not.toContain('Error')
      expect(exitCode).toBe(0)
      const promised = [...code.matchAll(/console\.log\(.*\/\/ (?<printed>\w.*)$/gm)].map(
        (match) => match.groups?.['printed'],
      )
      expect(output.split('\n')).toEqual(expect.arrayContaining(promised.filter((line) => line?.match(/^[\w ]+$/))))
    })
  }
})

describe('every server of a README answers the commands beside it as documented', () => {
  for (const [index, { place, code, commands }] of examples.entries()) {
    if (!place.includes('.md') || !listens(code)) continue
    test(place, { timeout: 30_000 }, async () => {
      await using server = await startReadmeServer(join(folder, `example-${index}.mjs`), root)
      const output = await server.paste(commands ?? 'false # a server needs a block of curl commands next to it')
      const promised = [...(commands ?? '').matchAll(/# => (.+)$/gm)].map(([, printed = '']) => printed)
      expect(promised).not.toHaveLength(0)
      for (const printed of promised) expect(output).toContain(printed)
    })
  }
})
