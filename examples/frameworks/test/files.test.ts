import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { describe, expect, test } from 'vitest'

const folder = new URL('../src/', import.meta.url)
const files = readdirSync(folder)
const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** Returns the entry points of a package that a user can import. */
function entriesOf(name: string): readonly string[] {
  const manifest = new URL(`../../../packages/${name.slice('@revoked/'.length)}/package.json`, import.meta.url)
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8'))
  return Object.keys(exports).map((entry) => name + entry.slice(1))
}

const ours = Object.keys(dependencies)
  .filter((name) => name.startsWith('@revoked/'))
  .flatMap(entriesOf)

test('finds the examples', () => {
  expect(files.length).toBeGreaterThanOrEqual(12)
  expect(ours).toContain('@revoked/http/express')
  expect(importsOf(readFileSync(new URL('express.ts', folder), 'utf8'))).toContain('./accounts.ts')
})

describe.each(files)('%s', (file) => {
  const source = readFileSync(new URL(file, folder), 'utf8')
  const imported = importsOf(source)

  test('is shorter than 80 lines', () => {
    expect(source.split('\n').length).toBeLessThan(80)
  })

  test('imports only what a copy of it can import', () => {
    for (const specifier of imported) {
      if (specifier.startsWith('.')) expect(files).toContain(specifier.slice(2))
      else if (specifier.startsWith('@revoked/')) expect(ours).toContain(specifier)
      else if (specifier.startsWith('node:')) expect(builtinModules).toContain(specifier.slice(5))
      else expect(Object.keys(dependencies)).toContain(packageOf(specifier))
    }
  })
})

function importsOf(source: string): readonly string[] {
  return [...source.matchAll(/(?:\bfrom|\bimport\(?) ?'([^']+)'/g)].map(([, specifier = '']) => specifier)
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
