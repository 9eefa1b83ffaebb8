// @ts-check
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { openLoad, requestOf } from './load.mjs'
import { refusals } from './refusals.mjs'
import { unrevocable } from './variants.mjs'

/**
 * @typedef {import('./tokens.mjs').SignedToken} SignedToken
 * @typedef {object} ServerArguments
 * @property {string} framework
 * @property {string} algorithm
 * @property {string} variants their names, with commas
 * @property {string} url
 * @property {string} jwk
 * @typedef {{ readonly valid: readonly SignedToken[], readonly revoked: SignedToken }} Tokens
 * @typedef {{ perSecond: number, latencies: number[], cpuMicros: number, asked: number }} Slice
 *   `cpuMicros`: of the server, for each request; `asked`: keys of Redis since the start
 * @typedef {{ measure: (ms: number) => Promise<Slice> }} Candidate
 * @typedef {{ candidates: readonly Candidate[], end: () => Promise<void> }} Server
 */

const connectionCount = 50

/**
 * Starts a server in a separate process, and verifies that each of its candidates refuses invalid
 * and revoked tokens.
 *
 * @param {ServerArguments} args
 * @param {Tokens} tokens
 * @returns {Promise<Server>}
 */
export async function startServer(args, tokens) {
  const server = forkServer(args)
  /** @type {readonly number[]} */
  const ports = (await once(server, 'message'))[0]
  const variants = args.variants.split(',')
  const loads = await Promise.all(
    ports.map(async (port, index) => {
      const variant = variants[index] ?? ''
      await assertRefusals(port, tokens.revoked, variant)
      const requests = await requestsOf(port, tokens.valid, variant)
      return await openLoad(port, connectionCount, requests)
    }),
  )
  const answered = ports.map(() => 0)

  /** @returns {Promise<import('./server.mjs').Usage>} */
  async function usage() {
    const answer = once(server, 'message')
    server.send(answered)
    return (await answer)[0]
  }

  /** @param {import('./load.mjs').Load} load @param {number} index @returns {Candidate} */
  function candidateOf(load, index) {
    return {
      async measure(ms) {
        const before = await usage()
        const startedAt = performance.now()
        const latencies = await load.run(ms)
        const time = performance.now() - startedAt
        const { length: count } = latencies
        answered[index] = (answered[index] ?? 0) + count
        const { cpuMicros, asked } = await usage()
        return {
          perSecond: (count * 1_000) / time,
          latencies,
          cpuMicros: (cpuMicros - before.cpuMicros) / count,
          asked: asked[index] ?? Number.NaN,
        }
      },
    }
  }

  return {
    candidates: loads.map(candidateOf),
    async end() {
      const ended = once(server, 'exit')
      for (const load of loads) load.close()
      server.disconnect()
      await ended
    },
  }
}

/** @param {ServerArguments} args */
function forkServer(args) {
  const path = fileURLToPath(new URL('server.mjs', import.meta.url))
  const server = fork(
    path,
    Object.entries(args).map(([name, value]) => `--${name}=${value}`),
    { execArgv: [], env: { ...process.env, NODE_ENV: 'production' }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  )
  server.on('exit', (code) => {
    if (code !== 0) throw new Error(`A process ended with ${code}.`)
  })
  return server
}

/**
 * Returns requests of every subject, with a token, or with the cookie of a session.
 *
 * @param {number} port
 * @param {readonly SignedToken[]} valid
 * @param {string} variant
 */
async function requestsOf(port, valid, variant) {
  if (variant !== 'sessions') {
    return valid.map(({ token, payload }) => requestOf({ Authorization: `Bearer ${token}` }, payload.sub))
  }
  const cookies = await Promise.all(valid.map(({ payload }) => logIn(port, payload.sub)))
  return valid.map(({ payload }, index) => requestOf({ Cookie: cookies[index] ?? '' }, payload.sub))
}

/** @param {number} port @param {string} sub */
async function logIn(port, sub) {
  const { headers } = await fetch(`http://127.0.0.1:${port}/login?sub=${sub}`)
  const [cookie] = headers.getSetCookie()
  assert(cookie)
  return cookie.split(';', 1)[0] ?? ''
}

/**
 * @param {number} port
 * @param {SignedToken} revoked
 * @param {string} variant
 */
async function assertRefusals(port, revoked, variant) {
  const ask = (/** @type {string} */ path, /** @type {Record<string, string>} */ headers) =>
    fetch(`http://127.0.0.1:${port}/${path}`, { headers })
  const missing = await ask('me', {})
  assert.equal(missing.status, 401)
  assert.equal(missing.headers.get('www-authenticate'), 'Bearer')
  assert.deepEqual(await missing.json(), refusals.missing)
  if (variant === 'sessions') {
    const cookie = await logIn(port, 'somebody')
    assert.equal((await ask('me', { cookie })).status, 200)
    await ask('logout', { cookie })
    assert.equal((await ask('me', { cookie })).status, 401)
    return
  }
  const authorization = `Bearer ${revoked.token}`
  assert.equal((await ask('me', { authorization })).status, unrevocable.includes(variant) ? 200 : 401)
  const [head, body, signature = ''] = revoked.token.split('.')
  const forged = [head, body, [...signature].reverse().join('')].join('.')
  assert.equal((await ask('me', { authorization: `Bearer ${forged}` })).status, 401)
}
