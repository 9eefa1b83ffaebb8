import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CliConfig } from '../config.ts'
import { isOfStore, misuse, unavailable } from '../errors.ts'

/** The files that are looked for in the working directory, in this order. */
export const configFiles = ['revoked.config.mjs', 'revoked.config.js', 'revoked.config.ts', 'revoked.config.mts']

const configNames: Readonly<Record<keyof CliConfig, true>> = {
  store: true,
  maxTokenLifetime: true,
  clockTolerance: true,
  claims: true,
  issuer: true,
  alsoUnscoped: true,
  timeout: true,
  prefix: true,
  partitions: true,
  schema: true,
  hashIds: true,
  hashSubjects: true,
  sessions: true,
  close: true,
}

/** Returns the path of the configuration in the working directory, if there is one. */
export function findConfig(): string | undefined {
  return configFiles.map((name) => resolve(name)).find((path) => existsSync(path))
}

/**
 * Loads a configuration: the default export of a module, or its export `config`.
 *
 * @throws CliError (misuse, rejects) if it cannot be loaded, or is none, and CliError (unavailable)
 *   if a store that it opens fails.
 */
export async function loadConfig(path: string): Promise<CliConfig> {
  const file = resolve(path)
  if (!existsSync(file)) throw misuse('There is no file at the path of --config.')
  const module = await importModule(file)
  const config = module['default'] ?? module['config']
  if (typeof config !== 'object' || config === null)
    throw misuse('The configuration must be exported: `export default { store: … }`, or as `config`.')
  const unknown = Object.keys(config).filter((name) => !Object.hasOwn(configNames, name))
  if (unknown.length > 0)
    throw misuse(
      `The configuration has options that are not known: ${unknown.join(', ')}. Those of a store that is open are given to the store.`,
    )
  if (typeof (config as CliConfig).store !== 'string' && typeof (config as CliConfig).store !== 'object')
    throw misuse('The configuration needs `store`: an address, or a store.')
  return config as CliConfig
}

async function importModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>
  } catch (cause) {
    if (isOfStore(cause)) throw unavailable('The configuration cannot open its store.', { cause })
    const { code, name } = Object(cause) as { readonly code?: unknown; readonly name?: unknown }
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
      throw misuse(
        `Node ${process.version} cannot load TypeScript (22.18 or later can): name the file revoked.config.mjs.`,
      )
    // The message may quote what the file contains.
    const detail = [name, code].filter((part) => typeof part === 'string').join(' ')
    throw misuse(`The configuration cannot be loaded: ${detail}. Run it with node to see why.`, { cause })
  }
}
