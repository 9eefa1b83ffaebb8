/** Tokens are revoked under load: nobody passes later than the bound after the acknowledgement. */
import { once } from 'node:events'
import { eventually, startRedis } from '@revoked/testing'
import autocannon from 'autocannon'
import { describe, expect, test } from 'vitest'
import { startBehindNginx } from './support/behind-nginx.ts'
import { clientsEnv, post } from './support/clients.ts'
import { createIssuer } from './support/issuer.ts'
import { runProgram } from './support/start-process.ts'

const issuer = await createIssuer()
/** One token, and one connection, for each. */
const clientCount = 24
/** The first ones are revoked, one after the other. */
const revokedCount = 16

/** A response of nginx, with the time at which its request was sent. */
interface Sample {
  readonly client: number
  readonly status: number
  readonly sentAt: number
}

/** Sends requests over one connection for each token, until it is stopped. */
function startLoad(url: string, tokens: readonly string[]) {
  const samples: Sample[] = []
  const failures: unknown[] = []
  let clients = 0
  const setupClient = (client: autocannon.Client): void => {
    const index = clients
    clients += 1
    client.setHeaders({ authorization: `Bearer ${tokens[index]}` })
    client.on('response', (status, _, responseTime) => {
      samples.push({ client: index, status, sentAt: performance.now() - responseTime })
    })
  }
  const run = autocannon({ url, connections: tokens.length, duration: 600, setupClient }, (error: unknown) => {
    if (error) failures.push(error)
  })
  run.on('reqError', (error: unknown) => failures.push(error))
  const stop = async (): Promise<void> => {
    const done = once(run, 'done')
    run.stop()
    await done
  }
  return { samples, failures, stop }
}

interface Addresses {
  /** Where requests go. */
  readonly url: string
  /** The instance that revokes. */
  readonly revoker: string
}

/** Revokes one token after the other under load, which goes on for a while after the last one. */
async function revokeUnderLoad({ url, revoker }: Addresses, boundMs: number) {
  const tokens = await Promise.all(Array.from({ length: clientCount }, () => issuer.sign()))
  const load = startLoad(url, tokens)
  const acknowledgedAt: number[] = []
  const answered = async (count: number): Promise<void> => {
    const enough = load.samples.length + count
    await eventually(() => load.samples.length >= enough, 'requests are answered', 60_000)
  }
  try {
    await answered(clientCount * 10)
    for (const token of tokens.slice(0, revokedCount)) {
      expect((await post(`${revoker}/revoke`, token)).status).toBe(200)
      acknowledgedAt.push(performance.now())
      await answered(clientCount * 2)
    }
    const endAt = performance.now() + boundMs + 500
    await eventually(() => performance.now() > endAt, 'the bound is over', 60_000)
    await answered(clientCount * 10)
  } finally {
    await load.stop()
  }
  return { ...load, acknowledgedAt }
}

type Outcome = Awaited<ReturnType<typeof revokeUnderLoad>>

/** Returns the responses that let a token pass later than the bound after its revocation. */
function latePasses({ samples, acknowledgedAt }: Outcome, boundMs: number): readonly Sample[] {
  return samples.filter(
    ({ client, status, sentAt }) => status === 200 && sentAt > (acknowledgedAt[client] ?? Infinity) + boundMs,
  )
}

async function outcomeOf(CACHE: string, boundMs: number, path: string): Promise<Outcome> {
  const redis = await startRedis()
  const env = { ...issuer.env, ...clientsEnv, STORE_URL: redis.url, CACHE, MAX_STALENESS: '1s' }
  const { nginx, stop } = await startBehindNginx(env)
  const other = runProgram('main', env)
  try {
    return await revokeUnderLoad({ url: nginx.url + path, revoker: await other.url() }, boundMs)
  } finally {
    other.kill('SIGTERM')
    await other.ended
    await stop()
    await redis.stop()
  }
}

describe('tokens that another instance revokes under load', { timeout: 180_000 }, () => {
  test.each([
    ['none', 0],
    ['layered', 1_000],
    ['mirror', 1_000],
  ])('pass no more after the acknowledgement and the bound: cache %s, %i ms', async (CACHE, boundMs) => {
    const outcome = await outcomeOf(CACHE, boundMs, '/orders')
    const { samples, failures } = outcome
    expect(latePasses(outcome, boundMs)).toEqual([])
    expect(failures).toEqual([])
    for (let client = 0; client < clientCount; client += 1) {
      const statuses = new Set(samples.filter((sample) => sample.client === client).map(({ status }) => status))
      expect([client, statuses]).toEqual([client, new Set(client < revokedCount ? [200, 401] : [200])])
    }
  })

  test('would be seen if they passed: a location without a check', async () => {
    expect(latePasses(await outcomeOf('none', 0, '/unchecked'), 0).length).toBeGreaterThan(100)
  })
})
