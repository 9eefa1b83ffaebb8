import { hasCode } from './postgres-error.ts'

/** The statement does not exist, exists already, or is another one. */
const unpreparedCodes = ['26000', '42P05', '08P01'] as const

/**
 * Returns a function that runs statements prepared, and without that from the first refusal on. A
 * pooler in transaction mode passes a statement to another server than its preparation, which then
 * has not carried it out.
 */
export function prepareIfPossible<Arguments extends readonly unknown[], Result>(
  run: (isPrepared: boolean, ...args: Arguments) => Promise<Result>,
): (...args: Arguments) => Promise<Result> {
  let prepares = true
  return async (...args) => {
    const wasPrepared = prepares
    try {
      return await run(wasPrepared, ...args)
    } catch (error) {
      if (!wasPrepared || !hasCode(error, ...unpreparedCodes)) throw error
      prepares = false
      return await run(false, ...args)
    }
  }
}
