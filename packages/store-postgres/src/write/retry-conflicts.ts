import { setTimeout as delay } from 'node:timers/promises'
import { hasCode } from '../clients/postgres-error.ts'
import type { DatabaseFunctions } from '../schema/functions.ts'

const maxAttempts = 10

/**
 * Returns functions whose calls are repeated if they failed because of others: by a serialization
 * failure or a deadlock. Nothing of such a call was written.
 */
export function retryingConflicts({ call, read }: DatabaseFunctions): DatabaseFunctions {
  return {
    call: (name, ...values) => retryConflicts(() => call(name, ...values)),
    read: (name, ...values) => retryConflicts(() => read(name, ...values)),
  }
}

async function retryConflicts<Result>(operation: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation()
    } catch (error) {
      if (attempt === maxAttempts || !hasCode(error, '40001', '40P01')) throw error
    }
    await delay(Math.random() * 10 * attempt)
  }
}
