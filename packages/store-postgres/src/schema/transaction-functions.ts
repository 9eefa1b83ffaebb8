import { type PostgresTransaction, transactionPortOf } from '../clients/detect-client.ts'
import { callAfter, createFunctions, type DatabaseFunctions } from './functions.ts'

/**
 * Returns the functions of a schema, as statements of a transaction of the caller.
 *
 * @throws TypeError if it is no transaction, as far as can be told without a statement. Each call
 *   rejects if none is open: it would be committed by itself.
 */
export function createTransactionFunctions(transaction: PostgresTransaction, schema: string): DatabaseFunctions {
  const port = transactionPortOf(transaction)
  let begun: Promise<unknown> | undefined
  // PostgreSQL refuses this statement outside of a transaction. The lock delays nobody.
  return callAfter(createFunctions(port, schema), () => {
    begun ??= port.script(`LOCK TABLE ${schema}.settings IN ACCESS SHARE MODE`)
    return begun
  })
}
