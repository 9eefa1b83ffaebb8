import { expect, test } from 'vitest'
import { requestsIn } from './requests-in.ts'
import { expectAllGone, isAlive, startedBy, startProgram } from './run-program.ts'

test('makes one server refuse what the other has revoked, and leaves no process behind', {
  timeout: 40_000,
}, async () => {
  const { output, ended } = startProgram('demo')
  await expect.poll(output, { timeout: 20_000 }).toContain('Two people log in')
  const started = startedBy(output())
  expect(started.pids).toHaveLength(3)
  expect(started.ports).toHaveLength(3)
  expect(started.pids.map(isAlive)).toEqual([true, true, true])

  expect(await ended).toBe(0)
  expect(output()).toMatch(/\n50 requests, all as they must be\n$/)
  expect(output()).toContain('\nFinding:  warning no-persistence: ')
  await expectAllGone(started)

  const requests = requestsIn(output().split('\n'))
  expect(requests).toHaveLength(50)
  const after = (request: string): string | undefined => requests[requests.indexOf(request) + 1]
  expect(after('A POST /logout 200')).toBe('B GET /me 401')
  expect(after('A POST /password 200')).toBe('B GET /me 401')
  expect(after('A POST /admin/ban 200')).toBe('B GET /me 401')
  expect(after('B GET /download 200')).toBe('A GET /download 401')
})
