import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { misuse } from '../errors.ts'

/** A driver that was found, by its name. */
export interface ImportedDriver {
  readonly name: string
  readonly exports: Readonly<Record<string, unknown>>
}

/**
 * Imports the first driver that is installed: one of the project of the working directory, or else
 * one beside this package. `npx` installs this package in a folder of its own, where no driver is.
 *
 * @throws CliError (misuse) that says what to install.
 */
export async function importDriver(names: readonly string[], what: string): Promise<ImportedDriver> {
  for (const base of [join(process.cwd(), 'package.json'), import.meta.url]) {
    for (const name of names) {
      const path = resolveFrom(base, name)
      if (path === undefined) continue
      const module = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>
      return { name, exports: { ...Object(module['default']), ...module } }
    }
  }
  const [first = ''] = names
  throw misuse(
    `${what} needs a driver, and none is installed here (${names.join(', ')}). Run \`npm install ${first}\` in this folder, or \`npx -p @revoked/cli -p ${first} revoked …\`.`,
  )
}

function resolveFrom(base: string, name: string): string | undefined {
  try {
    return createRequire(base).resolve(name)
  } catch (error) {
    if (Object(error).code !== 'MODULE_NOT_FOUND') throw error
    return undefined
  }
}
