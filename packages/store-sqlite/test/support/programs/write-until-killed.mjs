// Records batches until it is killed, and prints the number of each batch that was acknowledged.
// Usage: write-until-killed.mjs <path> <name> <honest | early>. The early one prints before the
// store has answered: it is what the test must detect.
import { writeSync } from 'node:fs'
import { openStore, someMark } from './open-store.mjs'

const [path, name, kind] = process.argv.slice(2)
const { store } = await openStore(path)
const acknowledge = (batch) => writeSync(1, `${batch}\n`)

async function writeBatches(writer) {
  for (let count = 0; ; count++) {
    const batch = `${name}-${writer}-${count}`
    const marks = Array.from({ length: 1 + (count % 40) }, (_, index) => ({
      key: { scope: 'jti', value: `${batch}/${index}` },
      mark: someMark(),
    }))
    if (kind === 'early') acknowledge(batch)
    await store.record(marks, { at: Date.now(), actor: batch, subjects: [] })
    if (kind === 'honest') acknowledge(batch)
  }
}

await Promise.all([0, 1, 2].map(writeBatches))
