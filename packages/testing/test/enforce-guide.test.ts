import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Revocation, RevocationStore } from '@revoked/core'
import { memoryStore } from '@revoked/store-memory'
import { docExamples } from '@revoked/testing'
import { SignJWT } from 'jose'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { root } from './support/guide-script.ts'

const secret = 'a secret of at least thirty-two bytes'

// The steps of the guide, as modules beside the sources: what is in `node_modules` would get the
// built packages, and not those that this test is for.
const built = join(root, 'packages/testing/dist')
mkdirSync(built, { recursive: true })
const folder = mkdtempSync(join(built, '.enforce-'))
afterAll(() => rmSync(folder, { recursive: true }))
for (const { place, code } of docExamples(root)) {
  const name = /^\/\/ (?<name>\S+\.mjs)\n/.exec(code)?.groups?.['name']
  if (place.includes('enforce-in-four-steps.md') && name !== undefined) writeFileSync(join(folder, name), code)
}

type Handler = NonNullable<Parameters<typeof createServer>[1]>
type Mode = 'observe' | 'enforce'

interface Deployment {
  readonly step: 'before' | 'write' | 'observe' | 'one-route'
  /** `REVOCATION_MODE` of the environment. */
  readonly mode?: Mode
}

/** What the hooks of the guide report. */
interface Report {
  readonly code: unknown
  readonly path: unknown
  readonly status: unknown
  readonly refused: unknown
}

interface Deployed {
  /** Returns the statuses of `/articles` and `/account`. */
  readonly ask: (token: string) => Promise<readonly number[]>
  readonly logOut: (token: string) => Promise<number>
  readonly reports: Report[]
}

async function load(name: string): Promise<Record<string, (...args: readonly unknown[]) => unknown>> {
  return await import(pathToFileURL(join(folder, `${name}.mjs`)).href)
}

/** Starts the API as a step of the guide has it, over the store that all deployments share. */
async function deploy(store: RevocationStore, { step, mode }: Deployment): Promise<Deployed> {
  const [{ openRevocation }, { createApi }] = await Promise.all([load('revocation'), load(step)])
  const revocation = openRevocation?.(store, mode === undefined ? {} : { REVOCATION_MODE: mode }) as Revocation
  const reports: Report[] = []
  const report = (error: unknown, path?: unknown, status?: unknown, refused?: unknown) => {
    reports.push({ code: (error as { code?: unknown }).code, path, status, refused })
  }
  const server = createServer(createApi?.({ secret, revocation, report }) as Handler)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const statusOf = async (path: string, token: string, method = 'GET'): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, connection: 'close' },
    })
    await response.arrayBuffer()
    return response.status
  }
  return {
    ask: async (token) => [await statusOf('/articles', token), await statusOf('/account', token)],
    logOut: (token) => statusOf('/logout', token, 'POST'),
    reports,
  }
}

function sign(claims: Readonly<Record<string, unknown>>, key = secret): Promise<string> {
  const iat = Math.floor(Date.now() / 1_000) - 60
  return new SignJWT({ jti: crypto.randomUUID(), sub: 'ada', iat, exp: iat + 3_600, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(key))
}

/** A store that can be taken away. */
function fragileStore(): RevocationStore & { isDown: boolean } {
  const inner = memoryStore()
  const fragile = {
    isDown: false,
    record: async (...args: Parameters<RevocationStore['record']>) => await reach(() => inner.record(...args)),
    find: async (...args: Parameters<RevocationStore['find']>) => [...(await reach(() => inner.find(...args)))],
    forget: async (...args: Parameters<RevocationStore['forget']>) => await reach(() => inner.forget(...args)),
    agree: async (...args: Parameters<RevocationStore['agree']>) => await reach(() => inner.agree(...args)),
  }
  async function reach<Result>(call: () => Result | Promise<Result>): Promise<Result> {
    if (fragile.isDown) throw new Error('The store is down.')
    return await call()
  }
  return fragile
}

const open = [200, 200]
const steps: readonly Deployment[] = [
  { step: 'before' },
  { step: 'write' },
  { step: 'observe' },
  { step: 'one-route' },
  { step: 'one-route', mode: 'enforce' },
]

/** What each step answers to a token that was revoked, and during an outage. */
const answers = {
  revoked: [open, open, open, [200, 401], [401, 401]],
  outage: [open, open, open, [200, 503], [503, 503]],
}

test('an API goes from nothing to enforced, step by step, and back', { timeout: 30_000 }, async () => {
  const store = fragileStore()
  const [active, revoked] = await Promise.all([sign({}), sign({})])
  const [, write, observe] = steps
  if (write === undefined || observe === undefined) throw new Error('There are steps missing.')
  expect(await (await deploy(store, write)).logOut(revoked)).toBe(204)
  const forth = [...steps.entries()]
  for (const [index, step] of [...forth, ...forth.toReversed()]) {
    const api = await deploy(store, step)
    const place = `${step.step} ${step.mode}`
    expect({ place, statuses: await api.ask(active) }).toEqual({ place, statuses: open })
    expect({ place, statuses: await api.ask(revoked) }).toEqual({ place, statuses: answers.revoked[index] })
    store.isDown = true
    expect({ place, statuses: await api.ask(active) }).toEqual({ place, statuses: answers.outage[index] })
    store.isDown = false
  }
})

test.each(steps)('refuses what verification refuses, and lets pass what is good: %j', async (step) => {
  const api = await deploy(memoryStore(), step)
  expect(await api.ask(await sign({ exp: 1 }))).toEqual([401, 401].map(() => expect.any(Number)))
  for (const token of [await sign({ exp: 1 }), await sign({}, 'another secret of thirty-two bytes')])
    for (const status of await api.ask(token)) expect(status).not.toBe(200)
  expect(await api.ask(await sign({ sub: undefined }))).toEqual(open)
})

test('the second step reports what the last one would answer', async () => {
  const store = fragileStore()
  const api = await deploy(store, { step: 'observe' })
  const [revoked, tooLong] = await Promise.all([sign({}), sign({ exp: Math.floor(Date.now() / 1_000) + 200_000 })])
  await api.logOut(revoked)
  expect([await api.ask(revoked), await api.ask(tooLong)]).toEqual([open, open])
  store.isDown = true
  expect(await api.ask(revoked)).toEqual(open)
  const [codes, statuses] = [
    ['ERR_TOKEN_REVOKED', 'ERR_TOKEN_LIFETIME', 'ERR_REVOCATION_UNAVAILABLE'],
    [401, 401, 503],
  ]
  expect(api.reports).toEqual(
    codes.flatMap((code, index) =>
      ['/articles', '/account'].map((path) => ({ code, path, status: statuses[index], refused: false })),
    ),
  )
})

test('a logout that was not stored is reported in the first two steps, and refused from then on', async () => {
  const store = fragileStore()
  for (const [step, status] of [
    ['write', 204],
    ['observe', 204],
    ['one-route', 503],
  ] as const) {
    const api = await deploy(store, { step })
    store.isDown = true
    expect(await api.logOut(await sign({}))).toBe(status)
    store.isDown = false
    expect(api.reports.at(-1)).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE' })
  }
})
