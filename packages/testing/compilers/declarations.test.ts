import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installApart, runNode } from '@revoked/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PackedPackages, unpackPackages } from '../test/support/packed-packages.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const imports = `
import { storeCases } from '@revoked/conformance'
import { createRevocation, type RevocationStore } from '@revoked/core'
import { requireToken } from '@revoked/http/fetch'
import { createTokenPairs } from '@revoked/jose'
import { layeredStore } from '@revoked/store-layered'
import { memoryStore } from '@revoked/store-memory'
import { redisStore } from '@revoked/store-redis'
export const store: RevocationStore = memoryStore()
export const revocation = createRevocation({ store, maxTokenLifetime: '1h' })
export const others = [createTokenPairs, layeredStore, redisStore, storeCases, requireToken]
`
const dynamic = `
export async function open() {
  const { createRevocation } = await import('@revoked/core')
  const { memoryStore } = await import('@revoked/store-memory')
  return createRevocation({ store: memoryStore(), maxTokenLifetime: '1h' })
}
`

let packed: PackedPackages
let versions = ''
beforeAll(async () => {
  packed = await unpackPackages()
  versions = await installApart(fileURLToPath(new URL('versions', import.meta.url)))
  await Promise.all([
    writeFile(join(packed.folder, 'module.mts'), imports),
    writeFile(join(packed.folder, 'common.cts'), imports),
    writeFile(join(packed.folder, 'dynamic.cts'), dynamic),
  ])
}, 180_000)
afterAll(() => packed.remove())

type Module = 'node16' | 'nodenext' | 'bundler'

/**
 * Compiles a file strictly, checking all declarations, with the types of no runtime. Returns the
 * errors.
 */
async function compile(compiler: string, module: Module, file: string): Promise<string> {
  const config = {
    compilerOptions: {
      noEmit: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      target: 'es2022',
      types: [],
      module: module === 'bundler' ? 'esnext' : module,
      moduleResolution: module,
    },
    files: [file],
  }
  const project = join(packed.folder, `tsconfig-${crypto.randomUUID()}.json`)
  await writeFile(project, JSON.stringify(config))
  const { output } = await runNode([compiler, '--project', project], packed.folder, 60_000)
  return output
}

const compilers = [
  ['TypeScript 5.2', () => join(versions, 'node_modules/typescript-5.2/bin/tsc')],
  ['TypeScript 5.9', () => join(versions, 'node_modules/typescript-5.9/bin/tsc')],
  ['TypeScript 6', () => join(versions, 'node_modules/typescript-6/bin/tsc')],
  ['TypeScript 7', () => join(root, 'node_modules/typescript/bin/tsc')],
] as const

describe.each(compilers)('%s compiles', { timeout: 60_000 }, (name, compiler) => {
  test.each(['node16', 'nodenext', 'bundler'] as const)('a module under %s', async (module) => {
    expect(await compile(compiler(), module, 'module.mts')).toBe('')
  })

  // Node 16 and 18 cannot require ES modules, and `node16` compiles for them.
  test('CommonJS that imports dynamically, under node16', async () => {
    expect(await compile(compiler(), 'node16', 'dynamic.cts')).toBe('')
  })

  // TypeScript knows since 5.8 that Node requires ES modules.
  if (name !== 'TypeScript 5.2') {
    test('CommonJS that requires, under nodenext', async () => {
      expect(await compile(compiler(), 'nodenext', 'common.cts')).toBe('')
    })
  }
})
