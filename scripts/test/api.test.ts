import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { reportOf } from '../api/report.mjs'

/** Writes a package with these declarations and entries, and returns its report. */
function report(files: Record<string, string>, entries: Record<string, string> = { '.': 'index.d.ts' }): string {
  const folder = mkdtempSync(join(tmpdir(), 'api-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'dist'))
  const exports = Object.entries(entries).map(([subpath, file]) => [subpath, { types: `./dist/${file}` }])
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'pack', exports: Object.fromEntries(exports) }))
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, 'dist', file), text)
  return reportOf(folder)
}

test('lists the exports of an entry with their signatures, through re-exports, and without comments', () => {
  const files = {
    'index.d.ts': "export { b as renamed, type A } from './a.js';",
    'a.d.ts':
      '/** A. */\nexport interface A {\n    /** Its size. */\n    readonly size: number;\n}\nexport declare function b(a: A): void;',
  }
  expect(report(files)).toContain(
    '## pack\n\n```ts\nexport interface A {\n  readonly size: number;\n}\nexport declare function b(a: A): void;\n```',
  )
})

test('lists types that are not exported but that exports refer to', () => {
  const files = {
    'index.d.ts': "import type { Inner } from './inner.js';\nexport declare const outer: Inner;",
    'inner.d.ts': 'interface Core { x: 1 }\nexport interface Inner { core: Core }\nexport interface Other { y: 2 }',
  }
  const text = report(files)
  expect(text).toContain('// not exported\ninterface Inner { core: Core }')
  expect(text).toContain('// not exported\ninterface Core { x: 1 }')
  expect(text).not.toContain('Other')
})

test('lists what an entry adds to the types of other modules', () => {
  const files = {
    'index.d.ts': "import './added.js';\nexport declare const a = 1;",
    'added.d.ts': "declare module 'express' { interface Request { auth: string } }\nexport {};",
  }
  expect(report(files)).toContain("declare module 'express' { interface Request { auth: string } }")
})

test('lists an export of several entries once', () => {
  const files = {
    'index.d.ts': "export { a } from './a.js';",
    'more.d.ts': "export { a } from './a.js';",
    'a.d.ts': 'export declare const a: number;',
  }
  const text = report(files, { '.': 'index.d.ts', './more': 'more.d.ts' })
  expect(text.match(/declare const a/g)).toHaveLength(1)
  expect(text).toContain("## pack/more\n\n```ts\nexport { a } from 'pack'\n```")
})

test('differs when a signature does', () => {
  const before = report({ 'index.d.ts': 'export declare function f(a: string): void;' })
  const after = report({ 'index.d.ts': 'export declare function f(a: string | number): void;' })
  expect(after).not.toBe(before)
})
