import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rightsOf } from '../../src/diagnose/rights.ts'
import { createKeySpace } from '../../src/marks/key-space.ts'

function rightsFor(isCluster: boolean, database: number, prefix = 'revoked', count = 1): readonly string[] {
  const { partitions } = createKeySpace({ prefix, partitions: count, hashIds: false })
  return rightsOf({ partitions, isCluster, database })
}

test('the documentation lists the rights for one server, for database 3 and for a Cluster', () => {
  const page = readFileSync(new URL('../../../../docs/operate/redis-settings.md', import.meta.url), 'utf8')
  const listed = [...page.matchAll(/^ACL SETUSER app on >s3cret (?<rights>.+)$/gm)].map(({ groups }) =>
    groups?.['rights']?.split(' '),
  )
  expect(listed).toEqual([rightsFor(false, 0), rightsFor(false, 3), rightsFor(true, 0)])
})

test('each partition has its keys and its channel', () => {
  expect(rightsFor(false, 0, 'app', 2).slice(0, 4)).toEqual([
    '~{app:0}:*',
    '~{app:1}:*',
    '&{app:0}:changes@0',
    '&{app:1}:changes@0',
  ])
})

test('a prefix with wildcards opens no other keys', () => {
  expect(rightsFor(false, 0, 'a*').slice(0, 2)).toEqual(['~{a\\*:0}:*', '&{a\\*:0}:changes@0'])
})

test('no right allows to kill the connections of others, or to change the server', () => {
  for (const isCluster of [false, true])
    for (const right of rightsFor(isCluster, 3)) expect(right).not.toMatch(/^\+(@|client|config|cluster$)|^[~&]\*/)
})
