import {
  auditCases,
  auditFailureCases,
  failureCases,
  logCases,
  logFailureCases,
  restoreCases,
  storeCases,
  transactionAuditCases,
  transactionCases,
  transactionLogCases,
} from '@revoked/conformance'
import { describeCases } from '@revoked/testing/describe-cases'
import { describe } from 'vitest'
import type { PostgresStoreOptions } from '../src/index.ts'
import { useDatabase } from './support/database.ts'
import { drivers } from './support/drivers.ts'
import { breakable, openStores, useClients } from './support/open-stores.ts'

// Nothing here crashes the server.
const database = useDatabase({ fsync: 'off' })

for (const driver of drivers) {
  describe(`over ${driver.name}`, () => {
    const clients = useClients(database, driver)
    const opening = (options?: PostgresStoreOptions) => () => openStores(database, clients(), options)
    const open = opening()
    const openBroken = () => breakable(database, driver, (own) => openStores(database, own))
    const openShort = async () => ({ ...(await opening({ logLength: 10 })()), logLength: 10 })
    const openShortTrail = async () => ({ ...(await opening({ auditFor: '500ms' })()), auditForMs: 500 })

    describeCases('a store', storeCases, { open })
    describeCases('a store whose client is closed', failureCases, { open: openBroken })
    describeCases('its change log', logCases, { open, openShort })
    describeCases('its change log, if the client is closed', logFailureCases, { open: openBroken })
    describeCases('its audit trail', auditCases, { open, openShort: openShortTrail })
    describeCases('its audit trail, if the client is closed', auditFailureCases, { open: openBroken })
    describeCases('a transaction of the application', transactionCases, { open })
    describeCases('the change log and a transaction', transactionLogCases, { open })
    describeCases('the audit trail and a transaction', transactionAuditCases, { open })
    describeCases('restoring', restoreCases, { open })
    describeCases('restoring of hashed ids', restoreCases, { open: opening({ hashIds: true }) })
    describeCases('a store with hashed ids', storeCases, { open: opening({ hashIds: true }) })
  })
}
