// What is observed keeps to the contracts that it keeps to without.
import { storeCases, transactionCases } from '@revoked/conformance'
import { describeCases } from '@revoked/testing/describe-cases'
import { openStore as open } from './support/observed-stores.ts'

describeCases('a store', storeCases, { open })
describeCases('transactions', transactionCases, { open })
