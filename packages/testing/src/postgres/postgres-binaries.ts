import { readdir } from 'node:fs/promises'
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
interface PostgresSearch {
  /** The environment, of which `REVOKED_POSTGRES_BIN` and `PATH` count. */
  readonly env: NodeJS.ProcessEnv
  /** The folder of the versions that Debian's packages install. */
  readonly installed?: string
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

/** Returns the programs as `postgresBinaries` does, but for other places. */
async function findPostgres({ env, installed = '/usr/lib/postgresql' }: PostgresSearch): Promise<PostgresBinaries> {
  const chosen = env['REVOKED_POSTGRES_BIN']
  if (chosen) return identify(chosen)
  const onPathFolder = await onPath('postgres', env)
  if (onPathFolder !== undefined) return identify(dirname(onPathFolder))
  // `pg_ctl` and others are on no PATH: Debian's wrappers choose a version.
  const versions = (await readdir(installed).catch(() => [])).sort((a, b) => Number(b) - Number(a))
  const [newest] = versions
  if (newest !== undefined) return identify(join(installed, newest, 'bin'))
  const folder = await unpackPostgres().catch((cause: unknown) => {
    throw new Error(
      'There is no PostgreSQL to start: postgres is not on the PATH, not in /usr/lib/postgresql, and apt-get could not fetch it. Install it (apt-get install postgresql), or set REVOKED_POSTGRES_BIN to the folder of its programs.',
      { cause },
    )
  })
  return identify(folder)
}

async function identify(folder: string): Promise<PostgresBinaries> {
  const answer = await runCommand(join(folder, 'postgres'), ['--version'])
  const version = /\(PostgreSQL\) (?<version>[\w.]+)/.exec(answer)?.groups?.['version']
  if (version === undefined) throw new Error(`${folder} has no PostgreSQL: it says ${answer}`)
  return { path: (program) => join(folder, program), version }
}
