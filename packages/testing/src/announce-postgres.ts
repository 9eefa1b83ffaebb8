import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createData, createServerFolder } from './postgres/data-folder.ts'
import { postgresBinaries } from './postgres/postgres-binaries.ts'

/**
 * Fetches PostgreSQL before the tests if it is missing, creates the data that its servers start
 * with, and prints the version. Vitest calls it as a global setup.
 */
export async function setup(): Promise<void> {
  if (process.env['REVOKED_POSTGRES_FOUND'] !== undefined) return
  try {
    const binaries = await postgresBinaries()
    const folder = await createServerFolder()
    await createData(binaries, join(folder, 'data')).finally(() => rm(folder, { recursive: true, force: true }))
    process.env['REVOKED_POSTGRES_FOUND'] = binaries.version
    process.stdout.write(`PostgreSQL: ${binaries.version}\n`)
  } catch (error) {
    // Suites that need it fail with the reason. Others run without it.
    process.stdout.write(`PostgreSQL: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}
