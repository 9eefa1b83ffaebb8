import { memorySessions, memoryStore } from '@revoked/store-memory'
import { expect, test } from 'vitest'
import { createNarrator } from '../src/narrator.ts'
import { outageStore } from '../src/outage.ts'
import { runDemo } from '../src/run-demo.ts'
import { startServer } from '../src/server.ts'
import { runStory } from '../src/story.ts'

/** Records what a story prints. */
function listener() {
  const lines: string[] = []
  return { lines, output: { print: (line: string) => void lines.push(line), coloured: false } }
}

test('reports differences if no mark is found and every session is listed', { timeout: 20_000 }, async () => {
  const { lines, output } = listener()
  const list = { ...memorySessions(), find: (keys: readonly unknown[]) => keys.map(() => Infinity) }
  expect(await runDemo({ ...memoryStore(), find: () => [] }, output, list)).toBe(1)
  expect(lines).toContainEqual(expect.stringMatching(/^✗ ada {2}phone +GET +\/me +200 .* must be 401/))
  expect(lines.at(-1)).toMatch(/^\n\d+ requests, \d+ NOT as they must be$/)
})

test('reports differences if the outage does not reach the server', { timeout: 20_000 }, async () => {
  const server = await startServer({ store: { ...memoryStore(), size: undefined } })
  const { lines, output } = listener()
  const unconnected = outageStore(memoryStore())
  const { differences } = await runStory({ urls: [server.url], outage: unconnected, ...output })
  await server.close()
  const marked = lines.filter((line) => line.startsWith('✗'))
  expect(marked).toHaveLength(differences)
  expect(marked.filter((line) => line.includes('must be 503'))).toHaveLength(5)
})

test('reports a stream that does not end', { timeout: 20_000 }, async () => {
  const { lines, output } = listener()
  // The log is that of another store, in which nothing happens.
  const { read, subscribe } = memoryStore()
  expect(await runDemo({ ...memoryStore(), read, subscribe }, output)).toBe(1)
  expect(lines).toContain('✗ its stream of events: still open')
})

test('marks a wrong status, a wrong answer and a missing header', async () => {
  const server = await startServer({ store: memoryStore() })
  const { lines, output } = listener()
  const { ask, outcome } = createNarrator([server.url], output)
  const who = { user: 'ada', name: 'laptop' }
  await ask({ who, request: 'GET /me', status: 200, answer: { user: 'ada' }, shows: 'wrong twice' })
  await ask({ who, request: 'GET /me', status: 401, shows: 'right' })
  await server.close()
  expect(outcome()).toEqual({ requests: 2, differences: 1 })
  expect(lines[0]).toMatch(/^✗ .* 401 .* must be 200, must answer {"user":"ada"} \(wrong twice\)$/)
  expect(lines[1]).toMatch(/^ {2}.* 401 .* right$/)
})

test('prints colours only if they are requested', async () => {
  const server = await startServer({ store: memoryStore() })
  const { lines, output } = listener()
  createNarrator([server.url], { ...output, coloured: true }).heading('Title')
  createNarrator([server.url], output).heading('Title')
  await server.close()
  expect(lines).toEqual(['\n\u001b[1mTitle\u001b[22m', '\nTitle'])
})
