import { chown, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultCache } from '../servers/default-cache.ts'
import { fillOnce } from '../servers/fill-once.ts'
import { runCommand } from '../servers/run-command.ts'
import { postgresAccount } from './postgres-account.ts'
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts'

/** The user of the databases of the suites. */
export const databaseUser = 'revoked'

/** Creates a folder for a server, which the account of servers owns. */
export async function createServerFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'revoked-postgres-'))
  const account = postgresAccount()
  if (account !== undefined) await chown(folder, account.uid, account.gid)
  return folder
}

/** Creates the data of a new server in the folder `data` of a folder: a copy, which takes 0.1 s. */
export async function createData(folder: string): Promise<string> {
  const binaries = await postgresBinaries()
  const template = join(defaultCache, `postgres-data-${binaries.version}`)
  await fillOnce(template, (target) => initialize(binaries, target))
  const data = join(folder, 'data')
  await runCommand('cp', ['-R', '-p', template, data])
  await runCommand('chmod', ['700', data])
  await giveToAccount(data)
  return data
}

/** `initdb` takes a second. It runs in a folder of its account, which may not enter the cache. */
async function initialize(binaries: PostgresBinaries, target: string): Promise<void> {
  const folder = await createServerFolder()
  try {
    const data = join(folder, 'data')
    const args = ['-D', data, '-U', databaseUser, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
    await runAsAccount(binaries.path('initdb'), args)
    await mkdir(target, { recursive: true })
    await cp(data, target, { recursive: true })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Runs a program of PostgreSQL to its end, as the account of servers. */
async function runAsAccount(file: string, args: readonly string[]): Promise<string> {
  const account = postgresAccount()
  if (account === undefined) return await runCommand(file, args)
  const { uid, gid } = account
  return await runCommand('setpriv', [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', file, ...args], tmpdir())
}

async function giveToAccount(path: string): Promise<void> {
  const account = postgresAccount()
  if (account !== undefined) await runCommand('chown', ['-R', `${account.uid}:${account.gid}`, path])
}
