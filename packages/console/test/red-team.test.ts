import { describe, expect, test } from 'vitest'
import { hostile, isId, isReason } from './support/hostile.ts'
import { openConsole } from './support/open-console.ts'

test('there are more than 30 hostile texts, and each kind is among them', () => {
  expect(hostile.length).toBeGreaterThan(30)
  expect(hostile.filter((text) => text.length >= 10_240)).toHaveLength(2)
  expect(hostile.filter((text) => !isId(text))).toHaveLength(3)
})

describe.each(hostile.map((text, index) => [index, text] as const))('hostile text %i', (_, text) => {
  test('as a subject is that subject and nobody else, or refused by name', async () => {
    const { ask, revocation } = openConsole()
    const target = { subject: text }
    const { status, body } = await ask('revoke', { target, reason: 'logout' })
    expect([status, body['error']]).toEqual(isId(text) ? [200, undefined] : [400, 'invalid_request'])
    // The message contains nothing of it.
    if (!isId(text)) expect(JSON.stringify(body)).not.toContain(text.slice(0, 30))
    const { entries } = await revocation.audit()
    expect(entries.map(({ key }) => key)).toEqual(isId(text) ? [{ scope: 'sub', value: text }] : [])
    if (!isId(text)) return
    const found = await ask('lookup', { target })
    expect(found.body['marks']).toHaveLength(1)
    expect((await ask('audit', { subject: text })).body['entries']).toMatchObject([{ value: text }])
  })

  test('as a reason is kept as it is, or refused', async () => {
    const { ask, revocation } = openConsole()
    const { status } = await ask('revoke', { target: { subject: 'ada' }, reason: text })
    expect(status).toBe(isReason(text) ? 200 : 400)
    expect(await revocation.explain({ subject: 'ada' })).toMatchObject(isReason(text) ? [{ reason: text }] : [])
  })

  test('as the name of a device comes back as data, in JSON that no browser takes for a page', async () => {
    const { ask, sessions, handle } = openConsole()
    // Longer data is refused by the sessions.
    const name = text.slice(0, 1_000)
    if (!name.isWellFormed()) return
    await sessions.open({ subject: 'ada', device: { name } })
    expect((await ask('lookup', { target: { subject: 'ada' } })).body['sessions']).toMatchObject([{ device: { name } }])
    const headers = { cookie: 'role=admin', 'x-revoked-console': '1', 'content-type': 'application/json' }
    const body = JSON.stringify({ target: { subject: 'ada' } })
    const answer = await handle(
      new Request('http://console.test/console/api/lookup', { method: 'POST', headers, body }),
    )
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('as a path, a query, a route or a header changes nothing', async () => {
    const { ask, revocation, handle } = openConsole()
    const path = encodeURIComponent(text.toWellFormed())
    expect((await ask(path)).status).toBe(404)
    expect([200, 404]).toContain((await ask(`changes?wait=${path}&after=${path}`, undefined)).status)
    const page = await handle(new Request(`http://console.test/console/${path}`, { headers: { cookie: 'role=admin' } }))
    expect([page.status, await page.text()]).toEqual([404, 'There is no such page.\n'])
    expect((await revocation.audit()).entries).toEqual([])
  })

  test('in a list is refused with the whole list, or revoked with it', async () => {
    const { ask, revocation } = openConsole()
    const { status } = await ask('list', { subjects: ['ada', text], reason: 'logout' })
    expect(status).toBe(isId(text) ? 200 : 400)
    expect((await revocation.audit()).entries).toHaveLength(isId(text) ? 2 : 0)
  })
})
