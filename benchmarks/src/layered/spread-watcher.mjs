// @ts-check
// The other process: has all tokens in its local cache as active, and reports to its parent when it
// refuses one.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createLayered } from './revocation.mjs'

// Ends when its parent ends, even if that is killed.
process.on('disconnect', () => process.exit())

const { store, revocation } = await createLayered(process.argv[2] ?? '')
const [message] = await once(process, 'message')
const tokens = new Map(
  /** @type {import('../measure/tokens.mjs').Payload[]} */ (message).map((token) => [token.jti, token]),
)

for (let time = 0; time < 2; time++) {
  for (const token of tokens.values()) assert.equal(await revocation.isRevoked(token), false)
}

// The store has applied an entry before its observers receive it.
store.observe({ apply: ({ key }) => void refuse(key.value), reset: () => assert.fail('Entries were missed.') })
process.send?.('ready')

/** @param {string} jti */
async function refuse(jti) {
  const token = tokens.get(jti)
  assert(token)
  const { status } = await revocation.check(token)
  const refusedAt = Number(process.hrtime.bigint()) / 1e6
  assert.equal(status, 'revoked')
  process.send?.({ jti, refusedAt })
}
