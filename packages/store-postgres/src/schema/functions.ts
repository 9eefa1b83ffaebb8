import type { PostgresPort } from '../clients/port.ts'

/** Calls the functions that the migrations have created. */
export interface DatabaseFunctions {
  /** Calls a function of the schema, and returns its text. */
  readonly call: (name: string, ...values: readonly (string | null)[]) => Promise<string | null>
  /** Calls one, and returns what its text says as JSON. */
  readonly read: (name: string, ...values: readonly (string | null)[]) => Promise<unknown>
}

/** Returns the functions of a schema, over a client. */
export function createFunctions(port: PostgresPort, schema: string): DatabaseFunctions {
  const statements = new Map<string, string>()

  function statementFor(name: string, arity: number): string {
    const known = statements.get(name)
    if (known !== undefined) return known
    const parameters = Array.from({ length: arity }, (_, index) => `$${index + 1}`).join(', ')
    const statement = `SELECT ${schema}.${name}(${parameters}) AS result`
    statements.set(name, statement)
    return statement
  }

  const call: DatabaseFunctions['call'] = (name, ...values) => port.run(statementFor(name, values.length), values)
  return {
    call,
    read: async (name, ...values) => {
      const text = await call(name, ...values)
      return text === null ? null : JSON.parse(text)
    },
  }
}

/** Returns functions that wait for something before each call, and reject if that does. */
export function callAfter(
  { call, read }: DatabaseFunctions,
  ready: () => Promise<unknown> | undefined,
): DatabaseFunctions {
  return {
    call: async (name, ...values) => {
      await ready()
      return await call(name, ...values)
    },
    read: async (name, ...values) => {
      await ready()
      return await read(name, ...values)
    },
  }
}
