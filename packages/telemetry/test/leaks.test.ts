// Everything that is exported under a full run, over a real server that is killed in the end, is
// searched for ids, claims, tokens, digests and addresses. The matrix does so over all stores.
import diagnostics from 'node:diagnostics_channel'
import { diag, SpanStatusCode } from '@opentelemetry/api'
import { redisSessions, redisStore } from '@revoked/store-redis'
import { type RedisServer, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { breakablePlace } from './support/breakable-place.ts'
import { leaksIn, secretly } from './support/everything-secret.ts'
import { expectSilence, exportsOf, type LeakPlace } from './support/leak-run.ts'
import { hearEverything } from './support/sinks.ts'
import { type Sdk, startSdk } from './support/start-sdk.ts'

/** Starts a server with a secret password. */
async function startSecretRedis(): Promise<RedisServer> {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  await server.command('CONFIG', 'SET', 'requirepass', secretly('password'))
  return server
}

/** Returns the stores over a client of its own. */
async function connect({ port }: RedisServer, hashIds: boolean, password = secretly('password')) {
  const url = `redis://default:${password}@127.0.0.1:${port}`
  const client = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, lazyConnect: true })
  client.on('error', () => undefined)
  onTestFinished(() => client.disconnect())
  await client.connect().catch(() => undefined)
  return { store: redisStore(client, { hashIds }), list: redisSessions(client, { hashSubjects: hashIds }) }
}

test('no export has an id, a claim, a token or an address, with and without hashIds', async () => {
  const heard = hearEverything()
  const run = async (hashIds: boolean) => {
    const server = await startSecretRedis()
    const place: LeakPlace = {
      ...(await connect(server, hashIds)),
      locked: await connect(server, hashIds, secretly('wrong')),
      addresses: [`:${server.port}`],
      break: () => server.kill('SIGKILL'),
    }
    await expectSilence({ place, shape: 'layered', hashIds, heard, types: ['WRONGPASS', 'ECONNREFUSED'] })
  }
  await Promise.all([run(false), run(true)])
})

test('no export has the message of a client, if its errors come through as they are', async () => {
  const heard = hearEverything()
  const refused = new Error(`connect ECONNREFUSED redis://${secretly('host')}`)
  const error = Object.assign(refused, { code: secretly('code'), name: secretly('name'), args: [secretly('subject')] })
  await expectSilence({ place: breakablePlace(error), shape: 'plain', hashIds: false, heard, types: ['_OTHER'] })
})

const leak = secretly('subject')
const plant: Readonly<Record<string, (sdk: Sdk) => void>> = {
  'an attribute of a span': ({ into }) => into.tracer.startSpan('a', { attributes: { leak } }).end(),
  'the name of a span': ({ into }) => into.tracer.startSpan(leak).end(),
  'the status of a span': ({ into }) =>
    into.tracer.startSpan('a').setStatus({ code: SpanStatusCode.ERROR, message: leak }).end(),
  'the name of an event': ({ into }) => into.tracer.startSpan('a').addEvent(leak).end(),
  'an exception of a span': ({ into }) => {
    const span = into.tracer.startSpan('a')
    span.recordException(new Error(leak))
    span.end()
  },
  'an attribute of a metric': ({ into }) => into.meter.createCounter('a').add(1, { leak }),
  'the description of a metric': ({ into }) => into.meter.createCounter('a', { description: leak }).add(1),
  'a message on a channel': () => diagnostics.channel('revoked:store').publish({ leak }),
  'an error on a channel': () =>
    diagnostics.channel('revoked:check').publish({ error: new Error('a', { cause: leak }) }),
  'the log of OpenTelemetry': () => diag.error('a', new Error(leak)),
  // biome-ignore lint/suspicious/noConsole: it is what is searched.
  'the console': () => console.warn(new Error(leak)),
  'the output': () => void process.stderr.write(leak),
}

test.each(Object.keys(plant))('finds what is leaked by %s', async (name) => {
  const [heard, sdk] = [hearEverything(), startSdk()]
  const none = { addresses: [], names: [], tokens: [] }
  expect(leaksIn(await exportsOf(sdk, heard), none)).toEqual([])
  plant[name]?.(sdk)
  expect(leaksIn(await exportsOf(sdk, heard), none)).not.toEqual([])
})
