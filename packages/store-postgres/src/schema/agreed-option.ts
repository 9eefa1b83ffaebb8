import { callAfter, type DatabaseFunctions } from './functions.ts'

/** The format of the tables that this version reads. */
const format = '1'

/**
 * Returns functions that first make sure that the tables are of this version, and that all
 * processes have the same value of an option. With another one, nothing would be found.
 *
 * @throws Error (rejects from each call) if it is not so.
 */
export function withAgreedOption(
  functions: DatabaseFunctions,
  option: 'hashIds' | 'hashSubjects',
  value: boolean,
): DatabaseFunctions {
  let isAgreed = false
  let asking: Promise<void> | undefined

  async function ask(): Promise<void> {
    const kept = await functions.read('keep_option', option, String(value))
    const [keptFormat, keptValue] = kept as readonly [format: unknown, value: unknown]
    if (keptFormat !== format)
      throw new Error('The tables in this database are of another version of @revoked/store-postgres.')
    if (keptValue !== String(value)) {
      throw new Error(
        `The tables in this database were written with ${option}: ${String(!value)}. All processes need the same option: with another one, nothing of it would be found.`,
      )
    }
    isAgreed = true
  }

  return callAfter(functions, () => {
    if (isAgreed) return undefined
    // A failure is not kept: the next call asks again.
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return asking
  })
}
