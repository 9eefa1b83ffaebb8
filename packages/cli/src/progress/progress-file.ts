import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { misuse } from '../errors.ts'
import { assertReplaceable, isRegularFile } from './regular-file.ts'

/** How far a command got, for the next run of it. */
interface Progress {
  /** Identifies the input and the target. With another one, the command starts at its beginning. */
  readonly of: string
  /** The number of items that are done. */
  readonly done: number
  /** When the first run started, in ms since the epoch. */
  readonly startedAt: number
}

/** A file that keeps the progress of a command. */
export interface ProgressFile {
  /** Returns the progress of an earlier run, if there is any. */
  readonly read: () => Promise<Progress | undefined>
  /** Replaces what the file holds: a run that is killed leaves the one before, or this one. */
  readonly write: (progress: Progress) => Promise<void>
  readonly remove: () => Promise<void>
}

/**
 * Returns the path at which the progress over a file is kept: the one that is given, else beside
 * the file. `undefined`: the input is read once, and there is none.
 *
 * @throws CliError (misuse) if a device is at the path.
 */
export function progressPath(file: string, given: string | undefined): string | undefined {
  if (given === undefined) return isRegularFile(file) ? `${file}.progress` : undefined
  assertReplaceable(given, '--progress')
  return given
}

/** Returns the file of a progress at a path. Without a path, nothing is kept. */
export function progressFile(path: string | undefined): ProgressFile {
  if (path === undefined) {
    return { read: async () => undefined, write: async () => undefined, remove: async () => undefined }
  }
  return {
    read: async () => {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if (Object(error).code === 'ENOENT') return undefined
        throw unusable(error)
      })
      return text === undefined ? undefined : parse(text)
    },
    write: async (progress) => {
      try {
        await writeFile(`${path}.new`, JSON.stringify(progress), { mode: 0o600 })
        await rename(`${path}.new`, path)
      } catch (error) {
        throw unusable(error)
      }
    },
    remove: () => rm(path, { force: true }),
  }
}

function parse(text: string): Progress {
  try {
    const { of, done, startedAt } = Object(JSON.parse(text)) as Readonly<Record<keyof Progress, unknown>>
    if (typeof of === 'string' && Number.isSafeInteger(done) && Number.isSafeInteger(startedAt))
      return { of, done: Number(done), startedAt: Number(startedAt) }
  } catch {
    // A file that is no JSON is none of ours.
  }
  throw misuse('The file of --progress is none of this command: name another one, or remove it.')
}

function unusable(cause: unknown): Error {
  return misuse(`The file of --progress cannot be used: ${String(Object(cause).code)}. Name one that can be written.`)
}
