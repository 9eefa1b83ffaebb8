// @ts-check
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'

const packages = [
  '@revoked/core',
  '@revoked/store-memory',
  '@revoked/store-redis',
  'express-jwt-blacklist',
  'ioredis',
  'redis',
  'tinybench',
]

/** Without it, no figure can be quoted. */
export function describeMachine() {
  const versions = packages.map((name) => `${name} ${versionOf(name)}`)
  return [
    `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores`,
    `Node ${process.versions.node}`,
    new Date().toLocaleDateString('sv'),
    ...versions,
  ].join('; ')
}

/** @param {string} name */
function versionOf(name) {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  return JSON.parse(readFileSync(manifest, 'utf8')).version
}
