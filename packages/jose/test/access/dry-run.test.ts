import { expect, test } from 'vitest'
import { subject, world } from '../support/fixtures.ts'
import { alice, sessionWorld } from '../support/refresh-fixtures.ts'

const dryRun = { dryRun: true } as const

test('a dry run of revoke says what would change, and the token passes', async () => {
  const { tokens } = world()
  const token = await tokens.issue({ sub: subject })
  await expect(tokens.revoke(token, dryRun)).resolves.toHaveProperty('changed', true)
  await expect(tokens.verify(token)).resolves.toHaveProperty('degraded', false)
  await tokens.revoke(token)
  await expect(tokens.revoke(token, dryRun)).resolves.toHaveProperty('changed', false)
})

test('a dry run of endSession leaves the session as it is', async () => {
  const { tokens } = sessionWorld()
  const pair = await tokens.issuePair(alice)
  await expect(tokens.endSession(pair.refreshToken, dryRun)).resolves.toHaveProperty('changed', true)
  await tokens.rotate(pair.refreshToken)
})
