// @ts-check
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'

const packages = [
  '@keyv/redis',
  '@revoked/core',
  '@revoked/store-layered',
  '@revoked/store-memory',
  '@revoked/store-redis',
  'bentocache',
  'cacheable',
  'express-jwt-blacklist',
  'ioredis',
  'lru-cache',
  'redis',
  'tinybench',
]

/** Describes the machine and the versions that figures belong to. */
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
  const manifest = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
  return JSON.parse(readFileSync(manifest, 'utf8')).version
}
