// Runs the benchmarks from a fresh clone: builds what is measured, installs the peers, passes its
// arguments on, and shows what was measured in the charts and the documents.
// `npm run bench -- --only=latency --rounds=2`, `npm run bench:guard`
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { install, run, statusOf } from '../scripts/install-apart.mjs'
import { helpText, parseOptions, resultsPath } from './src/measure/options.mjs'

const here = import.meta.dirname
const root = join(here, '..')
const peers = join(here, 'peers')
const [first, ...rest] = process.argv.slice(2)
const isGuard = first === 'guard'

if (!isGuard) answerHelp(process.argv.slice(2))

install(root)
run(root, ['npm', 'run', '--silent', 'build'])
install(here)
// Each peer that needs another major version of a client.
for (const name of existsSync(peers) ? readdirSync(peers) : []) install(join(peers, name))
if (isGuard) run(here, ['node', 'src/guard.mjs', ...rest])
else runAll(process.argv.slice(2))

/**
 * Runs benchmarks. A peer that failed or a target that was missed is shown, too.
 *
 * @param {readonly string[]} args
 */
function runAll(args) {
  process.exitCode = statusOf(here, ['node', 'src/all.mjs', ...args])
  if (parseOptions(args).out !== resultsPath) return
  run(root, ['node', 'benchmarks/charts.mjs'])
  run(root, ['node', 'scripts/figures.mjs'])
  console.log('Tables: benchmarks/results/README.md, and the figures of all documents')
}

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
