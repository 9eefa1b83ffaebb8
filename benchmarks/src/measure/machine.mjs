// @ts-check
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

/** @returns {import('../results/format.mjs').Machine} */
export function describeMachine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    os: `${type()} ${/^\d+\.\d+/.exec(release())?.[0]} ${process.arch}`,
  }
}

/**
 * Returns the installed versions of packages, those of a nested install by a path such as
 * `peers/jwt-redis/redis`.
 *
 * @param {readonly string[]} names
 * @returns {Record<string, string>}
 */
export function versionsOf(names) {
  return Object.fromEntries(names.map((name) => [name, versionOf(name)]))
}

/** @param {string} name */
function versionOf(name) {
  const [, folder = '', packageName = name] = /^(peers\/[^/]+\/)(.+)$/.exec(name) ?? []
  const manifest = new URL(`../../${folder}node_modules/${packageName}/package.json`, import.meta.url)
  return JSON.parse(readFileSync(manifest, 'utf8')).version
}
