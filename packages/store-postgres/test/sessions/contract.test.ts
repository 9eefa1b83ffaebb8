import { sessionCases, sessionFailureCases, sessionTransactionCases } from '@revoked/conformance'
import { describeCases } from '@revoked/testing/describe-cases'
import { describe } from 'vitest'
import { migrate, type PostgresSessionsOptions, postgresSessions } from '../../src/index.ts'
import { useDatabase } from '../support/database.ts'
import { drivers, type OpenedClient } from '../support/drivers.ts'
import { breakable, useClients } from '../support/open-stores.ts'

// Nothing here crashes the server.
const database = useDatabase({ fsync: 'off' })

/** Opens two handles on sessions in a new schema. */
async function openSessions(
  [first, second]: readonly [OpenedClient, OpenedClient],
  options: PostgresSessionsOptions = {},
) {
  const all = { schema: database.newSchema(), ...options }
  await migrate(second.client, { schema: all.schema })
  return {
    store: postgresSessions(first.client, all),
    peer: postgresSessions(second.client, all),
    begin: first.begin,
  }
}

for (const driver of drivers) {
  describe(`over ${driver.name}`, () => {
    const clients = useClients(database, driver)
    const open = () => openSessions(clients())
    const openBroken = () => breakable(database, driver, openSessions)

    describeCases('a store of sessions', sessionCases, { open })
    describeCases('a store of sessions whose client is closed', sessionFailureCases, { open: openBroken })
    describeCases('a transaction of the application', sessionTransactionCases, { open })
    describeCases('a store with hashed subjects', sessionCases, {
      open: () => openSessions(clients(), { hashSubjects: true }),
    })
  })
}
