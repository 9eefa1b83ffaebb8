// Runs the benchmarks from a fresh clone: builds what is measured, installs the peers, and passes
// its arguments on. `npm run bench -- --only=reads --rounds=2`
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
run(here, ['node', 'src/all.mjs', ...process.argv.slice(2)])
