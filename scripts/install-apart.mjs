// Runs commands in the folders that have an install of their own.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Runs a command and waits for its end. An end with another code than 0 ends this process with it.
 *
 * @param {string} folder
 * @param {readonly string[]} command
 */
export function run(folder, command) {
  const status = statusOf(folder, command)
  if (status !== 0) process.exit(status)
}

/**
 * Runs a command and waits for its end. Returns its exit code, or 1 if a signal ended it.
 *
 * @param {string} folder
 * @param {readonly string[]} command
 */
export function statusOf(folder, [file = '', ...args]) {
  const { status, error } = spawnSync(file, args, { cwd: folder, stdio: 'inherit' })
  if (error !== undefined) throw error
  return status ?? 1
}

/**
 * Installs what a lockfile says, unless that is done.
 *
 * @param {string} folder
 */
export function install(folder) {
  const lockfile = join(folder, 'package-lock.json')
  const installed = join(folder, 'node_modules/.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs > statSync(lockfile).mtimeMs) return
  run(folder, ['npm', 'ci', '--no-audit', '--no-fund'])
}
