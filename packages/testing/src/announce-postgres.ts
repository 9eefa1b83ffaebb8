import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createData, createServerFolder } from './postgres/data-folder.ts'
import { pgbouncerBinary } from './postgres/pgbouncer-binary.ts'
import { postgresBinaries } from './postgres/postgres-binaries.ts'

/**
 * Fetches PostgreSQL before the tests if it is missing, and for the matrix PgBouncer, creates the
 * data that servers start with, and prints the versions. Vitest calls it as a global setup.
 */
export async function setup(): Promise<void> {
  if (process.env['REVOKED_POSTGRES_FOUND'] !== undefined) return
  try {
    const binaries = await postgresBinaries()
    const folder = await createServerFolder()
    await createData(binaries, join(folder, 'data')).finally(() => rm(folder, { recursive: true, force: true }))
    process.env['REVOKED_POSTGRES_FOUND'] = binaries.version
    process.stdout.write(`PostgreSQL: ${binaries.version}${await poolerOfMatrix()}\n`)
  } catch (error) {
    // Suites that need it fail with the reason. Others run without it.
    process.stdout.write(`PostgreSQL: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}

async function poolerOfMatrix(): Promise<string> {
  if ((process.env['REVOKED_TESTS'] ?? 'main') === 'main') return ''
  try {
    return `, PgBouncer ${(await pgbouncerBinary()).version}`
  } catch (error) {
    return `; PgBouncer: ${error instanceof Error ? error.message : String(error)}`
  }
}
