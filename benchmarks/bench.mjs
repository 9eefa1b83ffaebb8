// Runs the benchmarks from a fresh clone: builds what is measured, installs the peers, and passes
// its arguments on. `npm run bench -- --only=latency --rounds=2`, `npm run bench:guard`
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { install, run } from '../scripts/install-apart.mjs'
import { helpText, parseOptions } from './src/measure/options.mjs'

const here = import.meta.dirname
const root = join(here, '..')
const peers = join(here, 'peers')
const [first, ...rest] = process.argv.slice(2)

if (first !== 'guard') answerHelp(process.argv.slice(2))

install(root)
run(root, ['npm', 'run', '--silent', 'build'])
install(here)
// Each peer that needs another major version of a client.
for (const name of existsSync(peers) ? readdirSync(peers) : []) install(join(peers, name))
run(here, first === 'guard' ? ['node', 'src/guard.mjs', ...rest] : ['node', 'src/all.mjs', ...process.argv.slice(2)])

// Ends the process for `--help`, and for options that are wrong.
/** @param {readonly string[]} args */
function answerHelp(args) {
  try {
    if (!parseOptions(args).help) return
    console.log(helpText())
    process.exit(0)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${helpText()}`)
    process.exit(1)
  }
}
