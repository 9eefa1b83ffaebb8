// Records keys of its own, and keys that all writers record. Prints the common keys that it was the
// first to record, as JSON. Usage: write-keys.mjs <path> <name> <count>
import { openStore, someMark } from './open-store.mjs'

const [path, name, count] = process.argv.slice(2)
const { store } = await openStore(path, { synchronous: 'normal' })
const first = []
for (let index = 0; index < Number(count); index++) {
  const mark = someMark()
  const keys = [`own-${name}-${index}`, `common-${index}`].map((value) => ({ scope: 'sub', value }))
  const [, isFirst] = await store.record(keys.map((key) => ({ key, mark })))
  if (isFirst) first.push(index)
}
store.close()
process.stdout.write(JSON.stringify(first))
