// A script as the benchmarks have them: prints what it measured, or fails as its argument says.
import { existsSync, writeFileSync } from 'node:fs'

const [behaviour, folder] = process.argv.slice(2)
if (behaviour === 'fails') throw new TypeError(`It failed in ${import.meta.filename}`)
if (behaviour === 'fails later') {
  const file = `${folder}/has-run`
  if (existsSync(file)) throw new TypeError('It failed the second time')
  writeFileSync(file, '')
}
if (behaviour === 'parts') console.log(JSON.stringify({ parts: { a: { figure: 1 }, b: { figure: 2 } } }))
else console.log(JSON.stringify({ figure: behaviour === 'no number' ? 'x' : 3, server: 'redis 7.0.15' }))
