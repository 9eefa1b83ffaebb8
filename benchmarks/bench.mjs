// Runs the benchmarks from a fresh clone: builds what is measured, installs the peers, and passes
// its arguments on. `npm run bench -- --only=latency --rounds=2`, `npm run bench:guard`
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { install, run } from '../scripts/install-apart.mjs'

const here = import.meta.dirname
const root = join(here, '..')
const peers = join(here, 'peers')

install(root)
run(root, ['npm', 'run', '--silent', 'build'])
install(here)
// Each peer that needs another major version of a client.
for (const name of existsSync(peers) ? readdirSync(peers) : []) install(join(peers, name))
const [first, ...rest] = process.argv.slice(2)
run(here, first === 'guard' ? ['node', 'src/guard.mjs', ...rest] : ['node', 'src/all.mjs', ...process.argv.slice(2)])
