/** Compiles the scripts of a guide on SQL tables, and runs them in a process that may be killed. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { betterSqlite3, docExamples, type NodeRun, runNode } from '@revoked/testing'
import { expect } from 'vitest'
import { root } from './guide-script.ts'

/** The TypeScript examples of a guide, compiled as a user's are. */
export interface SqlGuide {
  /** Imports the example that has this text. */
  readonly load: <Module>(marker: string) => Promise<Module>
  /** Runs lines after the imports of the example, and of what a migration needs. */
  readonly run: (marker: string, lines: string) => Promise<NodeRun>
  readonly remove: () => void
}

/** Compiles the examples of a guide into a folder in which imports are resolved as a user's are. */
export async function compileSqlGuide(guide: string): Promise<SqlGuide> {
  const folder = mkdtempSync(join(root, 'node_modules', '.sql-guide-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(await betterSqlite3(), 'node_modules/better-sqlite3'), join(folder, 'node_modules/better-sqlite3'))
  const examples = docExamples(root).filter(({ place, language }) => place.includes(guide) && language === 'ts')
  const nameOf = (index: number): string => join(folder, `example-${index}.m`)
  for (const [index, { code }] of examples.entries()) writeFileSync(`${nameOf(index)}ts`, code)
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: { customConditions: [], types: ['node'] },
    include: ['*.mts'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  expect(await runNode([compiler, '--project', folder], root, 120_000)).toEqual({ exitCode: 0, output: '' })
  const fileOf = (marker: string): string => {
    const index = examples.findIndex(({ code }) => code.includes(marker))
    if (index < 0) throw new Error(`The guide has no example with ${marker}.`)
    return `${nameOf(index)}js`
  }
  return {
    load: async <Module>(marker: string) => (await import(pathToFileURL(fileOf(marker)).href)) as Module,
    run: async (marker, lines) => {
      const file = join(folder, 'script.mjs')
      const imports = [
        `import * as guide from '${pathToFileURL(fileOf(marker)).href}'`,
        "import { createRevocation } from '@revoked/core'",
        "import { postgresStore } from '@revoked/store-postgres'",
        "import { sqliteStore } from '@revoked/store-sqlite'",
        "import Database from 'better-sqlite3'",
        "import pg from 'pg'",
      ]
      writeFileSync(file, [...imports, lines].join('\n'))
      return await runNode([file], root, 60_000)
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}
