import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyedMark } from '@revoked/core'
import { eventually } from '@revoked/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type CliRun, endProcesses, runCli, startCli } from '../support/run-cli.ts'
import { type Place, places } from '../support/stores.ts'
import { applicationOver, claimsOf } from '../support/tokens.ts'

type Kind = keyof typeof places
const kinds = Object.keys(places) as Kind[]

/** Issued before everything that the tests revoke, however long they take. */
const { iat, exp } = claimsOf('any')
const tokenOf = (subject: string) => ({ ...claimsOf(subject), iat, exp })

const expiresAt = Date.now() + 3_000_000
const odd = { scope: 'sub', value: `odd ${'x'.repeat(300)}` }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'revoked-cli-export-'))
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(endProcesses)

const run = (place: Place, ...args: string[]): Promise<CliRun> => runCli(args, { cwd: place.cwd, env: place.env })

/** The lines of marks of an export, in an order that does not depend on the store. */
async function exported(place: Place): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await run(place, 'export')
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/^exported [\d,]+ marks?\n$/) })
  return stdout.trimEnd().split('\n').slice(1, -1).sort()
}

describe('exports between all stores', { timeout: 120_000 }, () => {
  const open: Place[] = []
  const sources = new Map<string, { readonly place: Place; readonly file: string }>()
  const targets = new Map<string, Place>()

  beforeAll(async () => {
    for (const kind of kinds) {
      for (const hashIds of [false, true]) {
        const [source, target] = [await places[kind]({ hashIds }), await places[kind]({ hashIds })]
        open.push(source, target)
        await (await applicationOver(target)).ready()
        const application = await applicationOver(source)
        const who = `${kind}-${hashIds}`
        const own = { ...tokenOf(who), sid: `own-of-${who}` }
        await application.revoke({ subject: who }, { reason: 'moved', except: own })
        await application.revoke([{ session: `s-${who}` }, { jti: `j-${who}` }])
        await application.revoke({ claim: 'client_id', value: who })
        const family = {
          generation: 2,
          spentAt: 5,
          tokenIds: ['b', 'a'].map((id) => nameIn(source, `${id}-${who}`)).sort(),
          contested: 0,
        }
        await source.store.record([
          { key: { scope: 'fam', value: who }, mark: { cutoff: -Infinity, expiresAt, family } },
        ])
        const file = join(folder, `${who}.ndjson`)
        expect(await run(source, 'export', '--output', file)).toEqual({
          exitCode: 0,
          stdout: '',
          stderr: 'exported 5 marks\n',
        })
        sources.set(who, { place: source, file })
        targets.set(who, target)
      }
    }
  }, 240_000)
  afterAll(() => Promise.all(open.map((place) => place.close())))

  const nameIn = ({ store }: Place, id: string): string => store.logKey({ scope: 'jti', value: id }).value
  /** Redis and SQLite compute digests alike. */
  const family = (kind: string): string => (kind === 'postgres' ? kind : 'sha')

  test('a file can be read by its owner alone', () => {
    for (const { file } of sources.values()) expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  for (const from of kinds) {
    for (const to of kinds) {
      for (const [isHashed, willHash] of [
        [false, false],
        [false, true],
        [true, true],
        [true, false],
      ] as const) {
        const moves = !isHashed || (willHash && family(from) === family(to))
        const names = `${from}${isHashed ? ' with hashIds' : ''} to ${to}${willHash ? ' with hashIds' : ''}`
        test(`${moves ? 'move' : 'are refused'}: ${names}`, async () => {
          const who = `${from}-${isHashed}`
          const source = sources.get(who)
          const target = targets.get(`${to}-${willHash}`)
          if (source === undefined || target === undefined) throw new Error('no place')
          const { exitCode, stdout, stderr } = await run(target, 'import', '--file', source.file)
          if (!moves) {
            expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
            expect(stderr).toMatch(willHash ? /digests in another way/ : /hashIds is true in the export and false/)
            return
          }
          expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: 'imported 5 marks\n', stderr: '' })
          const application = await applicationOver(target)
          const claims = tokenOf(who)
          expect(await application.check(claims)).toMatchObject({ status: 'revoked', reason: 'moved' })
          expect(await application.check({ ...claims, sid: `own-of-${who}` })).toMatchObject({ status: 'active' })
          for (const [field, value] of [
            ['sid', `s-${who}`],
            ['jti', `j-${who}`],
            ['client_id', who],
          ] as const)
            expect(await application.check({ ...tokenOf('other'), [field]: value })).toMatchObject({
              status: 'revoked',
            })
          const [record] = await target.store.find([{ scope: 'fam', value: who }])
          expect(record?.mark.family?.tokenIds).toEqual([`a-${who}`, `b-${who}`].map((id) => nameIn(target, id)).sort())
        })
      }
    }
  }

  test('digests of odd ids move to stores that make the same ones', async () => {
    const source = sources.get('redis-false')
    if (source === undefined) throw new Error('no place')
    await source.place.store.record([{ key: odd, mark: { cutoff: Infinity, expiresAt } }])
    const file = join(folder, 'odd.ndjson')
    await run(source.place, 'export', '--output', file)
    const codes: Record<string, number | null> = {}
    for (const [name, target] of targets) {
      codes[name] = (await run(target, 'import', '--file', file)).exitCode
      expect(await target.store.find([odd])).toHaveLength(codes[name] === 0 ? 1 : 0)
    }
    expect(codes).toEqual({
      'redis-false': 0,
      'redis-true': 0,
      'postgres-false': 2,
      'postgres-true': 2,
      'sqlite-false': 2,
      'sqlite-true': 0,
    })
  })

  test('an export that was cut off is refused before anything is stored', async () => {
    const file = join(folder, 'cut.ndjson')
    const whole = readFileSync(sources.get('redis-false')?.file ?? '', 'utf8')
    writeFileSync(file, whole.slice(0, -20))
    const target = targets.get('sqlite-false')
    if (target === undefined) throw new Error('no place')
    expect(await run(target, 'import', '--file', file)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/cut off/),
    })
    // Of stdin, that is not known before its end.
    const piped = await runCli(['import'], { cwd: target.cwd, env: target.env, stdin: whole.slice(0, -20) })
    expect(piped).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/damaged|cut off/) })
  })
})

const count = 10_000

for (const kind of kinds) {
  test(`an import into ${kind} that is killed and run again is complete and identical`, {
    timeout: 240_000,
  }, async () => {
    const [source, target] = [await places.sqlite(), await places[kind]()]
    try {
      await applicationOver(source)
      for (let from = 0; from < count; from += 1_000) {
        const marks = Array.from(
          { length: 1_000 },
          (_, index): KeyedMark => ({
            key: { scope: ['sub', 'jti', 'client_id'][index % 3] ?? 'sub', value: `id-${from + index}` },
            mark: { cutoff: 1_000 + index, expiresAt, ...(index % 2 === 0 && { reason: `reason-${index % 10}` }) },
          }),
        )
        await source.store.record(marks)
      }
      const file = join(folder, `${kind}-killed.ndjson`)
      const progress = `${file}.progress`
      await run(source, 'export', '--output', file)
      const done = (): number => {
        try {
          return JSON.parse(readFileSync(progress, 'utf8')).done
        } catch {
          return 0
        }
      }
      const args = ['import', '--file', file]
      const killed = startCli([...args, '--pace', '4000'], { cwd: target.cwd, env: target.env })
      await eventually(() => done() > 1_000, 'some marks are imported', 20_000)
      killed.child.kill('SIGKILL')
      await killed.ended
      const half = await exported(target)
      expect(half.length).toBeGreaterThan(1_000)
      expect(half.length).toBeLessThan(count)
      const again = await run(target, ...args, '--json')
      expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^going on after [\d,]+/) })
      expect(JSON.parse(again.stdout)).toEqual({ marks: count, expired: 0, missing: 0 })
      expect(await exported(target)).toEqual(await exported(source))
      expect(done()).toBe(0)
    } finally {
      await Promise.all([source.close(), target.close()])
    }
  })
}

test('an import starts again if the store was emptied meanwhile', { timeout: 120_000 }, async () => {
  const [source, first, second] = [await places.sqlite(), await places.sqlite(), await places.redis()]
  try {
    await applicationOver(source)
    await source.store.record([{ key: { scope: 'sub', value: 'ada' }, mark: { cutoff: 1, expiresAt } }])
    const file = join(folder, 'emptied.ndjson')
    await run(source, 'export', '--output', file)
    writeFileSync(`${file}.progress`, JSON.stringify({ of: 'another epoch', done: 1, startedAt: 1 }))
    for (const target of [first, second]) {
      const { exitCode, stderr } = await run(target, 'import', '--file', file)
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
      expect(await exported(target)).toEqual(await exported(source))
    }
  } finally {
    await Promise.all([source, first, second].map((place) => place.close()))
  }
})

test('digests of a partitioned store move into as many partitions, or one', { timeout: 120_000 }, async () => {
  const of = (partitions: number) => places.redis({ hashIds: true, partitions })
  const [source, ...targets] = [await of(4), await of(4), await of(1), await of(2)]
  try {
    const users = Array.from({ length: 20 }, (_, index) => `user-${index}`)
    await (await applicationOver(source)).revoke(users.map((subject) => ({ subject })))
    const file = join(folder, 'partitioned.ndjson')
    await run(source, 'export', '--output', file)
    for (const [index, target] of targets.entries()) {
      const application = await applicationOver(target)
      const { exitCode, stderr } = await run(target, 'import', '--file', file)
      const found = await Promise.all(users.map((user) => application.isRevoked(tokenOf(user))))
      const moves = index < 2
      expect({ exitCode, found }).toEqual({ exitCode: moves ? 0 : 2, found: users.map(() => moves) })
      if (!moves) expect(stderr).toMatch(/option partitions is 4 in the export and 2 in this store/)
    }
  } finally {
    await Promise.all([source, ...targets].map((place) => place.close()))
  }
})
