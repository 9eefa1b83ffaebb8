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
  if (flags.store !== undefined) return await atAddress(readArgument(flags.store, env), optionsOf(flags))
  const fromEnv = env['REVOKED_STORE']
  if (flags.config === undefined && fromEnv) return await atAddress(readAddress(fromEnv, env), optionsOf(flags))
  const file = flags.config ?? findConfig()
  if (file === undefined) {
    throw misuse(
      `Which store? Give --store redis://localhost:6379, set REVOKED_STORE, or write ${configFiles[0]} in this folder.`,
    )
  }
  const { store, close, ...configured } = await loadConfig(file)
  const options = { ...configured, ...optionsOf(flags) }
  const closeConfig = async () => void (await close?.())
  if (typeof store !== 'string') return { options, source: { store }, close: closeConfig }
  const chosen = await atAddress(readAddress(store, env), options)
  return {
    ...chosen,
    close: async () => {
      await chosen.close()
      await closeConfig()
    },
  }
}

async function atAddress(address: Address, options: ChosenOptions): Promise<ChosenStore> {
  const backend = await backendAt(address, options)
  return { options, source: { backend }, close: backend.close }
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
