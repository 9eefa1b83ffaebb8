/** The command line on a real terminal, with the pictures of the documentation. */
import { createRevocation } from '@revoked/core'
import { followStore } from '@revoked/core/follow'
import { redisStore } from '@revoked/store-redis'
import { browserBinary, eventually, startRedis } from '@revoked/testing'
import { Redis } from 'ioredis'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { keepTerminal, markupOf } from './support/draw-terminal.ts'
import { endProcesses } from './support/run-cli.ts'
import { startOnTerminal } from './support/terminal.ts'

let browser: Browser
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: (await browserBinary()).path })
}, 300_000)
afterAll(() => browser?.close())
afterEach(endProcesses)

const cwd = import.meta.dirname

/** Starts a server that services have revoked over, and two of which follow. */
async function openBusyStore(args: readonly string[] = []) {
  const server = await startRedis({ args })
  const client = new Redis(server.url, { maxRetriesPerRequest: 1 })
  const clients = [client, client.duplicate()]
  const followers = clients.map((each) =>
    followStore(redisStore(each), { apply: () => undefined, reset: () => undefined }, { maxStalenessMs: 2_000 }),
  )
  onTestFinished(async () => {
    for (const follower of followers) follower.close()
    for (const each of clients) each.disconnect()
    await server.stop()
  })
  const revocation = createRevocation({
    store: redisStore(client),
    maxTokenLifetime: '24h',
    claims: ['client_id'],
    timeout: '10s',
  })
  const list = (count: number, name: string) => Array.from({ length: count }, (_, index) => `${name}-${index}`)
  await revocation.revoke(
    list(1_204, 's').map((session) => ({ session })),
    { reason: 'logout' },
  )
  await revocation.revoke(
    list(86, 'user').map((subject) => ({ subject })),
    { reason: 'password_changed' },
  )
  await revocation.revoke({ claim: 'client_id', value: 'app-7' }, { reason: 'contract_ended' })
  return { revocation, env: { REVOKED_STORE: server.url } }
}

test('top draws on a screen of its own, and goes back on Ctrl-C', { timeout: 120_000 }, async () => {
  const { revocation, env } = await openBusyStore()
  const top = startOnTerminal(['top'], { env, cwd })
  await eventually(() => top.output().includes('subscribers'), 'the screen is drawn', 30_000)
  await revocation.revoke([{ session: 'q9Zt1nXc' }, { session: 'k2Lw8pVa' }], { reason: 'device_lost' })
  await revocation.revoke({ subject: 'eve' }, { reason: 'account_taken_over' })
  const shows = (text: RegExp) => () => text.test(markupOf(top.output()))
  await eventually(shows(/ 2 +2 {2}sid/), 'the screen shows the sessions that were revoked', 20_000)
  await eventually(shows(/ 1 +1 {2}sub/), 'and the subject', 20_000)
  await eventually(shows(/ 3 {2}subscribers, this screen included/), 'and who follows', 20_000)
  const drawn = top.output()
  top.type('\u0003')
  expect(await top.ended).toBe(130)
  expect(drawn.indexOf('\u001b[?1049h')).toBe(0)
  expect(drawn).not.toContain('\u001b[?1049l')
  expect(top.output().trimEnd().endsWith('\u001b[?1049l')).toBe(true)
  await keepTerminal(browser, 'top', 'npx revoked top', drawn)
})

test('doctor colours what it finds', { timeout: 120_000 }, async () => {
  const { env } = await openBusyStore(['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'])
  const doctor = startOnTerminal(['doctor'], { env, cwd })
  expect(await doctor.ended).toBe(1)
  expect(doctor.output()).toContain('\u001b[31merror')
  expect(markupOf(doctor.output())).toContain('<span class="red">error  </span>')
  await keepTerminal(browser, 'doctor', 'npx revoked doctor', doctor.output())
})

test('a screen is drawn as it is, and its text is no markup', () => {
  const [bold, plain, red, end] = ['\u001b[1m', '\u001b[22m', '\u001b[31m', '\u001b[39m']
  const before = '\u001b[?1049h\u001b[?25l\u001b[Hold'
  expect(markupOf(`${before}\u001b[H${bold}a${red}b${plain}c${end} <d>\u001b[K\r\n\u001b[J`)).toBe(
    '<span class="bold">a</span><span class="bold red">b</span><span class="red">c</span><span class=""> &lt;d></span>',
  )
})
