// Records each key that it reads from its input, and prints when that was acknowledged, in ms since
// the epoch. Usage: record-on-request.mjs <path>
import { createInterface } from 'node:readline'
import { openStore, someMark } from './open-store.mjs'

const { store } = await openStore(process.argv[2])
process.stdout.write('ready\n')
for await (const value of createInterface({ input: process.stdin })) {
  await store.record([{ key: { scope: 'sub', value }, mark: someMark() }])
  process.stdout.write(`${Date.now()}\n`)
}
