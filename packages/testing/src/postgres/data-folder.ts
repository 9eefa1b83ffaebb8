import { chown, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemArchive } from '../servers/debian-archive.ts'
import { defaultCache } from '../servers/default-cache.ts'
import { fillOnce } from '../servers/fill-once.ts'
import { runCommand, runProgram } from '../servers/run-command.ts'
import { postgresAccount, startWith } from './postgres-account.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'

/** The user of the databases of the suites. It may do everything. */
export const databaseUser = 'revoked'

/** Creates a folder for a server, which the account of servers owns. */
export async function createServerFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'revoked-postgres-'))
  const account = postgresAccount()
  if (account !== undefined) await chown(folder, account.uid, account.gid)
  return folder
}

/**
 * Creates the data of a new server. It is a copy, because `initdb` takes a second or more, and runs
 * once for each version.
 */
export async function createData(binaries: PostgresBinaries, data: string): Promise<void> {
  await runCommand('cp', ['-R', '-p', await dataTemplate(binaries), data])
  await runCommand('chmod', ['700', data])
  const account = postgresAccount()
  if (account !== undefined) await runCommand('chown', ['-R', `${account.uid}:${account.gid}`, data])
}

/** Returns the folder of the data of new servers, and creates it if it is missing. */
export async function dataTemplate(binaries: PostgresBinaries): Promise<string> {
  const { name } = await systemArchive()
  const template = join(defaultCache, `postgres-template-${binaries.version}-${name}-${process.arch}`)
  await fillOnce(template, (target) => initialize(binaries, target))
  return template
}

/** Runs `initdb` in a folder of the account of servers, which may be unable to enter the cache. */
async function initialize(binaries: PostgresBinaries, target: string): Promise<void> {
  const folder = await createServerFolder()
  try {
    const data = join(folder, 'data')
    const args = ['-D', data, '-U', databaseUser, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
    await runProgram(binaries.path('initdb'), folder, startWith(args))
    await mkdir(target, { recursive: true })
    await cp(data, target, { recursive: true })
    // Root may run the tests first, and another account later.
    await runCommand('chmod', ['-R', 'a+rX', target])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
