// Runs the benchmarks from a fresh clone: builds what is measured, installs the peers, and passes
// its arguments on. `npm run bench -- --only=reads --rounds=2`
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const here = import.meta.dirname
const root = join(here, '..')
const peers = join(here, 'peers')

/**
 * Runs a command and waits for its end. An end with another code than 0 ends this process with it.
 *
 * @param {string} folder
 * @param {readonly string[]} command
 */
function run(folder, [file = '', ...args]) {
  const { status, error } = spawnSync(file, args, { cwd: folder, stdio: 'inherit' })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/**
 * Installs what a lockfile says, unless that is done.
 *
 * @param {string} folder
 */
function install(folder) {
  const lockfile = join(folder, 'package-lock.json')
  const installed = join(folder, 'node_modules/.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs > statSync(lockfile).mtimeMs) return
  run(folder, ['npm', 'ci', '--no-audit', '--no-fund'])
}

if (!existsSync(join(root, 'node_modules'))) install(root)
run(root, ['npm', 'run', '--silent', 'build'])
install(here)
// Each peer that needs another major version of a client.
for (const name of existsSync(peers) ? readdirSync(peers) : []) install(join(peers, name))
run(here, ['node', 'src/all.mjs', ...process.argv.slice(2)])
