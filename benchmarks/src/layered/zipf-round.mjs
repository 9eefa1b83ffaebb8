// @ts-check
// Four processes with one variant, over a server of their own, which counts the commands.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startRedis } from '@revoked/testing'
import { reads } from '../hits/variants.mjs'

/**
 * @typedef {import('./zipf-worker.mjs').Ready} Ready
 * @typedef {import('./zipf-worker.mjs').Done} Done
 */

const { values } = parseArgs({
  options: {
    variant: { type: 'string', default: 'layered' },
    time: { type: 'string', default: '5000' },
    'warm-up': { type: 'string', default: '0' },
  },
})

const server = await startRedis()
const path = fileURLToPath(new URL('zipf-worker.mjs', import.meta.url))
const workers = Array.from({ length: 4 }, (_, place) => {
  const args = Object.entries({ ...values, url: server.url, place }).map(([name, value]) => `--${name}=${value}`)
  const worker = fork(path, args, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  worker.on('exit', (code) => {
    if (code !== 0) throw new Error(`A process ended with ${code}.`)
  })
  return worker
})

/** Resolves with the next message of each process. */
function messages() {
  return Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]))
}

/** Counts the reads of marks, and the scripts that write or read the log. */
async function calls() {
  const info = String(await server.command('INFO', 'commandstats'))
  const of = (/** @type {string} */ name) =>
    Number(new RegExp(`^cmdstat_${name}:calls=(\\d+)`, 'm').exec(info)?.[1] ?? 0)
  return { reads: reads.reduce((sum, name) => sum + of(name), 0), writes: of('evalsha') }
}

/** @param {readonly number[]} numbers */
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length

/** @type {Ready[]} */
const ready = await messages()
const before = await calls()
const ending = messages()
for (const worker of workers) worker.send('go')
/** @type {Done[]} */
const done = await ending
const after = await calls()

const revoked = done.flatMap((result) => result.revoked)
const verifying = messages()
for (const worker of workers) worker.send(revoked)
await verifying
for (const worker of workers) worker.disconnect()
await server.stop()

const checks = done.reduce((sum, result) => sum + result.checks, 0)
console.log(
  JSON.stringify({
    checks,
    revocations: revoked.length,
    localShare: mean(done.map(({ localShare }) => localShare)),
    readsPerThousand: ((after.reads - before.reads) * 1_000) / checks,
    writesPerThousand: ((after.writes - before.writes) * 1_000) / checks,
    warmUpSeconds: mean(ready.map(({ warmUpMs }) => warmUpMs / 1_000)),
    warmUpShare: mean(ready.map(({ warmUpShare }) => warmUpShare)),
    server: `${server.binary.kind} ${server.binary.version}`,
  }),
)
