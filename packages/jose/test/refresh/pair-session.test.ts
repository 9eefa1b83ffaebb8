import { expect, test } from 'vitest'
import type { IssueClaims } from '../../src/index.ts'
import { rejectionOf } from '../support/fixtures.ts'
import { alice, claimsOf, sessionWorld } from '../support/refresh-fixtures.ts'

test.each([[null], [false], [0], ['']])(
  'issuePair refuses the session %j as issue does, and mints none',
  async (sid) => {
    const { tokens, store } = sessionWorld()
    const claims = { ...alice, sid } as unknown as IssueClaims
    const [alone, paired] = [await rejectionOf(tokens.issue(claims)), await rejectionOf(tokens.issuePair(claims))]
    expect(paired).toBeInstanceOf(TypeError)
    expect(paired).toEqual(alone)
    expect(store.calls).toEqual([])
  },
)

test('issuePair creates a session if there is none, or an undefined one', async () => {
  const { tokens } = sessionWorld()
  const pairs = [
    await tokens.issuePair(alice),
    await tokens.issuePair({ ...alice, sid: undefined } as unknown as IssueClaims),
  ]
  for (const pair of pairs)
    expect(claimsOf(pair)).toMatchObject({ access: { sid: pair.sid }, refresh: { sid: pair.sid } })
  expect(new Set(pairs.map(({ sid }) => sid)).size).toBe(2)
})
