import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { RevocationStore } from '@revoked/core'
import type { CliConfig } from '../config.ts'
import { misuse } from '../errors.ts'
import { type Address, readAddress, readArgument } from './address.ts'
import { type Backend, given } from './backend.ts'
import { configFiles, findConfig, loadConfig } from './load-config.ts'
import { postgresBackend } from './postgres-backend.ts'
import { redisBackend } from './redis-backend.ts'
import { sqliteBackend } from './sqlite-backend.ts'
import type { StoreFlags } from './store-flags.ts'

/** The options of a command, those of the configuration included. */
export type ChosenOptions = Omit<CliConfig, 'store' | 'close'>

/** The store that a command is about. */
export interface ChosenStore {
  readonly options: ChosenOptions
  /** Identifies the store among others. It contains no secret. */
  readonly name: string
  /** The store at an address, or one that the configuration has opened. */
  readonly source: { readonly backend: Backend } | { readonly store: RevocationStore }
  readonly close: () => Promise<void>
}

/**
 * Chooses the store: `--store`, else `--config`, else `REVOKED_STORE`, else the configuration of
 * the working directory.
 *
 * @throws CliError (misuse, rejects) if there is none, or if it needs a driver.
 */
export async function chooseStore(flags: StoreFlags): Promise<ChosenStore> {
  const { env } = process
  if (flags.store !== undefined) {
    if (flags.config !== undefined) throw misuse('Give --store or --config: the configuration names a store, too.')
    return await atAddress(readArgument(flags.store, env), flags)
  }
  const fromEnv = env['REVOKED_STORE']
  if (flags.config === undefined && fromEnv) return await atAddress(readAddress(fromEnv, env), flags)
  const file = flags.config ?? findConfig()
  if (file === undefined) {
    throw misuse(
      `Which store? Give --store redis://localhost:6379, set REVOKED_STORE, or write ${configFiles[0]} in this folder.`,
    )
  }
  const { store, close, ...configured } = await loadConfig(file)
  const closeConfig = async () => void (await close?.())
  try {
    return await fromConfig({ store, configured, file }, flags, closeConfig)
  } catch (error) {
    await closeConfig()
    throw error
  }
}

interface LoadedConfig {
  readonly store: CliConfig['store']
  readonly configured: ChosenOptions
  readonly file: string
}

async function fromConfig(
  { store, configured, file }: LoadedConfig,
  flags: StoreFlags,
  closeConfig: () => Promise<void>,
): Promise<ChosenStore> {
  if (typeof store !== 'string') {
    assertFlagsFit(flags, 'open')
    const options = { ...configured, ...optionsOf(flags) }
    return { options, name: `config ${resolve(file)}`, source: { store }, close: closeConfig }
  }
  const chosen = await atAddress(readAddress(store, process.env), flags, configured)
  const close = async (): Promise<void> => {
    await chosen.close()
    await closeConfig()
  }
  return { ...chosen, close }
}

async function atAddress(
  address: Address,
  flags: StoreFlags,
  configured: Partial<ChosenOptions> = {},
): Promise<ChosenStore> {
  assertFlagsFit(flags, address.kind)
  const options = { ...configured, ...optionsOf(flags) }
  const backend = await backendAt(address, options)
  return { options, name: nameOf(address, options), source: { backend }, close: backend.close }
}

/** The name is kept in files, so it has neither the host nor the credentials. */
function nameOf(address: Address, { prefix, schema }: ChosenOptions): string {
  const place = address.kind === 'sqlite' ? resolve(address.path) : withoutCredentials(address.url)
  return createHash('sha256')
    .update(JSON.stringify([place, prefix, schema]))
    .digest('base64url')
}

function withoutCredentials(address: string): string {
  const { protocol, host, pathname } = new URL(address)
  return `${protocol}//${host}${pathname}`
}

/** The flags that one kind of store has, and an open store has given already. */
const kindOfFlag = { prefix: 'redis', partitions: 'redis', schema: 'postgres' } as const

/** @throws CliError (misuse) for a flag that would be ignored: another store would be meant. */
function assertFlagsFit(flags: StoreFlags, kind: Address['kind'] | 'open'): void {
  for (const [name, only] of Object.entries(kindOfFlag) as [keyof typeof kindOfFlag, string][]) {
    if (flags[name] !== undefined && kind !== only && kind !== 'open')
      throw misuse(`--${name} is for ${only === 'redis' ? 'Redis' : 'PostgreSQL'}, and this store is another one.`)
  }
  if (kind !== 'open') return
  const given = (['prefix', 'partitions', 'schema', 'hashIds'] as const).find((name) => flags[name] !== undefined)
  if (given === undefined) return
  const flag = given === 'hashIds' ? 'hash-ids' : given
  throw misuse(`--${flag} does not go with a store that the configuration has opened: it has this option already.`)
}

async function backendAt(address: Address, options: ChosenOptions): Promise<Backend> {
  if (address.kind === 'redis') return await redisBackend(address.url, options)
  return address.kind === 'postgres' ? await postgresBackend(address.url, options) : await sqliteBackend(address.path)
}

/** Returns the options that the flags give. */
function optionsOf(flags: StoreFlags): ChosenOptions {
  const { prefix, partitions, schema, hashIds, maxTokenLifetime, clockTolerance, timeout, claimNames: claims } = flags
  return given({ prefix, partitions, schema, hashIds, maxTokenLifetime, clockTolerance, timeout, claims })
}
