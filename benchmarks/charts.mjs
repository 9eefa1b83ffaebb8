// Draws the charts from a fresh clone: installs the plotting library apart, if it is missing.
// `npm run charts`
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, 'charts')
const lockfile = join(folder, 'package-lock.json')
const installed = join(folder, 'node_modules/.package-lock.json')

/** Runs a command and waits for its end. @param {string} file @param {readonly string[]} args */
function run(file, args) {
  const { status, error } = spawnSync(file, args, { cwd: folder, stdio: 'inherit' })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
}

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lockfile).mtimeMs) {
  run('npm', ['ci', '--no-audit', '--no-fund'])
}
run(process.execPath, ['draw.mjs'])
