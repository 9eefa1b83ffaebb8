import { readdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { onPath } from '../servers/on-path.ts'
import { runCommand } from '../servers/run-command.ts'
import { unpackPostgres } from './unpack-postgres.ts'

/** The programs of PostgreSQL on this machine. */
export interface PostgresBinaries {
  /** Returns the path of a program. */
  readonly path: (program: string) => string
  readonly version: string
}

/** The places in which the programs are searched. */
export interface PostgresSearch {
  /** The environment, of which `REVOKED_POSTGRES_BIN` and `PATH` count. */
  readonly env: NodeJS.ProcessEnv
  /** The folder of the versions that Debian's packages install. */
  readonly installed?: string
  /** The folder for programs that are unpacked from the packages of the system. */
  readonly cache?: string
}

let found: Promise<PostgresBinaries> | undefined

/**
 * Returns the programs that the suites run. They are searched once per process. Rejects with the
 * packages to install if there are none.
 */
export function postgresBinaries(): Promise<PostgresBinaries> {
  found ??= findPostgres({ env: process.env })
  return found
}

/** Returns the programs as `postgresBinaries` does, but for other places, and without a cache. */
export async function findPostgres(search: PostgresSearch): Promise<PostgresBinaries> {
  const { env, installed = '/usr/lib/postgresql', cache } = search
  const chosen = env['REVOKED_POSTGRES_BIN']
  if (chosen) return identify(chosen, `REVOKED_POSTGRES_BIN=${chosen}`)
  const onPathFile = await onPath('postgres', env)
  // A link to it may have no links to the other programs beside it.
  if (onPathFile !== undefined) return identify(dirname(await realpath(onPathFile)))
  // Debian's packages put no server on the PATH: several versions may be installed.
  const newest = await newestIn(installed)
  if (newest !== undefined) return identify(newest)
  const folder = await unpackPostgres(cache).catch((cause: unknown) => {
    throw new Error(
      `There is no PostgreSQL to start: postgres is neither on the PATH nor in ${installed}, and apt-get could not ` +
        'fetch it. Install it (apt-get install postgresql, brew install postgresql), or set REVOKED_POSTGRES_BIN to the ' +
        'folder of its programs.',
      { cause },
    )
  })
  return identify(folder)
}

/** Returns the programs of the newest version that has a server. Others may have only clients. */
async function newestIn(installed: string): Promise<string | undefined> {
  // Without the folder, nothing is installed.
  const versions = await readdir(installed).catch(() => [])
  for (const version of versions.sort((a, b) => Number(b) - Number(a))) {
    const folder = join(installed, version, 'bin')
    if ((await onPath('postgres', { PATH: folder })) !== undefined) return folder
  }
  return undefined
}

async function identify(folder: string, origin: string = folder): Promise<PostgresBinaries> {
  const answer = await runCommand(join(folder, 'postgres'), ['--version']).catch((cause: unknown) => {
    throw new Error(`${origin} has no postgres that runs`, { cause })
  })
  const version = /\(PostgreSQL\) (?<version>[\w.]+)/.exec(answer)?.groups?.['version']
  if (version === undefined) throw new Error(`${origin} has no PostgreSQL: its postgres says ${answer}`)
  return { path: (program) => join(folder, program), version }
}
