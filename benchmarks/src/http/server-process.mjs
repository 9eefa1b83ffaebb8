// @ts-check
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { openLoad, requestOf } from './load.mjs'

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
  for (const [index, port] of ports.entries()) await assertRefusals(port, tokens.revoked, variants[index] ?? '')
  const requests = tokens.valid.map(requestOf)
  const loads = await Promise.all(ports.map((port) => openLoad(port, connectionCount, requests)))
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
 * @param {number} port
 * @param {SignedToken} revoked
 * @param {string} variant
 */
async function assertRefusals(port, revoked, variant) {
  const ask = (/** @type {Record<string, string>} */ headers) => fetch(`http://127.0.0.1:${port}/me`, { headers })
  const missing = await ask({})
  assert.equal(missing.status, 401)
  assert.equal(missing.headers.get('www-authenticate'), 'Bearer')
  assert.deepEqual(await missing.json(), { error: 'token_required', error_description: 'A bearer token is required' })
  const { status } = await ask({ authorization: `Bearer ${revoked.token}` })
  assert.equal(status, ['verification', 'again', 'bytes'].includes(variant) ? 200 : 401)
}
