import type { Output } from '../output/output.ts'
import { grouped } from '../output/scope-names.ts'
import type { ProgressFile } from './progress-file.ts'

const saveEveryMs = 250

/** A run of a command over many items, which a later run can continue. */
export interface ResumableRun {
  /** Returns the number of items that are done, by earlier runs too. */
  readonly done: () => number
  /** When the first run started, in ms since the epoch. */
  readonly startedAt: number
  /** Notes that so many items are done, and saves it now and then. */
  readonly reached: (done: number) => Promise<void>
  /** Saves how far the run got. */
  readonly interrupted: () => Promise<void>
  /** Forgets the progress: nothing is left to do. */
  readonly finished: () => Promise<void>
}

/**
 * Continues the run that a file tells of, or starts a new one if the file is of another input or
 * target. A run that is killed repeats what it did since the last save.
 */
export async function resumeRun(file: ProgressFile, of: string, { note }: Output): Promise<ResumableRun> {
  const before = await file.read()
  const isSame = before?.of === of && before.done > 0
  if (isSame) note(`going on after ${grouped(before.done)}, where an earlier run ended`)
  else if (before !== undefined && before.of !== of)
    note('an earlier run was over another input or store: starting again')
  const startedAt = isSame ? before.startedAt : Date.now()
  let done = isSame ? before.done : 0
  let savedAt = performance.now()

  async function save(): Promise<void> {
    savedAt = performance.now()
    await file.write({ of, done, startedAt })
  }

  // A file that cannot be written is found out before anything is done.
  await save()
  return {
    done: () => done,
    startedAt,
    reached: async (reached) => {
      done = Math.max(done, reached)
      if (performance.now() - savedAt > saveEveryMs) await save()
    },
    interrupted: async () => {
      if (done === 0) return await file.remove()
      // Why the run has ended is what counts.
      await save().catch((error: unknown) => note(error instanceof Error ? error.message : String(error)))
    },
    finished: () => file.remove(),
  }
}
