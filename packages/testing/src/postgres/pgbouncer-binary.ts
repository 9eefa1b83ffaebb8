import { join } from 'node:path'
import { systemArchive } from '../servers/debian-archive.ts'
import { fillOnce } from '../servers/fill-once.ts'
import { onPath } from '../servers/on-path.ts'
import { runCommand } from '../servers/run-command.ts'
import { librariesIn, unpackPackages } from '../servers/unpack-packages.ts'
import { reachableCache } from './reachable-cache.ts'
import { wrapPrograms } from './wrap-programs.ts'

/** A pooler that can run on this machine. */
export interface PgbouncerBinary {
  readonly path: string
  readonly version: string
}

/** The places in which the pooler is searched. */
export interface PgbouncerSearch {
  /** The environment, of which `REVOKED_PGBOUNCER` and `PATH` count. */
  readonly env: NodeJS.ProcessEnv
  /** The folder for a pooler that is unpacked from the packages of the system. */
  readonly cache?: string
}

let found: Promise<PgbouncerBinary> | undefined

/**
 * Returns the pooler that the suites run. It is searched once per process. Rejects with the package
 * to install if there is none.
 */
export function pgbouncerBinary(): Promise<PgbouncerBinary> {
  found ??= findPgbouncer({ env: process.env })
  return found
}

/**
 * Returns a pooler as `pgbouncerBinary` does, but for other places, and without a cached result.
 */
export async function findPgbouncer({ env, cache }: PgbouncerSearch): Promise<PgbouncerBinary> {
  const chosen = env['REVOKED_PGBOUNCER']
  if (chosen) return identify(chosen, `REVOKED_PGBOUNCER=${chosen}`)
  const path = await onPath('pgbouncer', env)
  if (path !== undefined) return identify(path)
  const unpacked = await unpackPgbouncer(cache).catch((cause: unknown) => {
    throw new Error(
      'There is no PgBouncer to start: pgbouncer is not on the PATH, and apt-get could not fetch it. Install it ' +
        '(apt-get install pgbouncer), or set REVOKED_PGBOUNCER to its path.',
      { cause },
    )
  })
  return identify(unpacked)
}

async function unpackPgbouncer(cache: string | undefined): Promise<string> {
  const archive = await systemArchive()
  const target = join(cache ?? (await reachableCache()), `pgbouncer-${archive.name}-${process.arch}`)
  const programs = 'usr/sbin'
  await fillOnce(target, async (folder) => {
    await unpackPackages(folder, archive, async (depends) => {
      // Of its dependencies only the libraries count: others are scripts of Debian.
      const direct = [...(await depends('pgbouncer')).matchAll(/Depends: (?<name>lib[\w.+-]+)$/gm)]
      const names = direct.map(({ groups }) => groups?.['name'] ?? '')
      return ['pgbouncer', ...librariesIn(await depends('--recurse', ...names))]
    })
    await wrapPrograms(folder, join(folder, programs))
  })
  return join(target, programs, 'pgbouncer')
}

async function identify(path: string, origin: string = path): Promise<PgbouncerBinary> {
  const answer = await runCommand(path, ['--version']).catch((cause: unknown) => {
    throw new Error(`${origin} does not run as PgBouncer`, { cause })
  })
  const version = /^PgBouncer (?<version>[\w.]+)/i.exec(answer)?.groups?.['version']
  if (version === undefined) throw new Error(`${origin} is no PgBouncer: it says ${answer}`)
  return { path, version }
}
