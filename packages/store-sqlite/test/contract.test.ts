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
import { sqliteDrivers } from '@revoked/testing/sqlite-drivers'
import { describe } from 'vitest'
import { openStores } from './support/open-stores.ts'

for (const driver of await sqliteDrivers()) {
  describe(`over ${driver.name}`, () => {
    const open = () => openStores(driver)
    const openBreakable = () => {
      const opened = open()
      return { ...opened, breakDown: () => opened.store.close() }
    }
    const openShortLog = () => ({ ...openStores(driver, { logLength: 10 }), logLength: 10 })
    const openShortTrail = () => ({ ...openStores(driver, { auditFor: '500ms' }), auditForMs: 500 })
    const openHashed = () => openStores(driver, { hashIds: true })

    describeCases('a store', storeCases, { open })
    describeCases('a store that is closed', failureCases, { open: openBreakable })
    describeCases('its change log', logCases, { open, openShort: openShortLog })
    describeCases('its change log, if the store is closed', logFailureCases, { open: openBreakable })
    describeCases('its audit trail', auditCases, { open, openShort: openShortTrail })
    describeCases('its audit trail, if the store is closed', auditFailureCases, { open: openBreakable })
    describeCases('a transaction of the application', transactionCases, { open })
    describeCases('the change log and a transaction', transactionLogCases, { open })
    describeCases('the audit trail and a transaction', transactionAuditCases, { open })
    describeCases('restoring', restoreCases, { open })
    describeCases('restoring of hashed ids', restoreCases, { open: openHashed })
    describeCases('a store with hashed ids', storeCases, { open: openHashed })
    describeCases('the change log of a store with hashed ids', logCases, { open: openHashed, openShort: openShortLog })
  })
}
