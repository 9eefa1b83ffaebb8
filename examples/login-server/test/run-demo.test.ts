import { memoryStore } from '@revoked/store-memory'
import { expect, test } from 'vitest'
import { createNarrator } from '../src/narrator.ts'
import { outageStore } from '../src/outage.ts'
import { runDemo } from '../src/run-demo.ts'
import { startServer } from '../src/server.ts'
import { tellStory } from '../src/story.ts'

/** Listens to a story. */
function listener() {
  const lines: string[] = []
  return { lines, voice: { print: (line: string) => void lines.push(line), coloured: false } }
}

test('reports differences where the store finds nothing', { timeout: 20_000 }, async () => {
  const { record, forget, agree } = memoryStore()
  const { lines, voice } = listener()
  expect(await runDemo({ record, forget, find: () => [], agree }, voice)).toBe(1)
  expect(lines).toContainEqual(expect.stringMatching(/^✗ ada {2}phone +GET +\/me +200 .* must be 401/))
  expect(lines.at(-1)).toMatch(/^\n\d+ requests, \d+ NOT as they must be$/)
})

test('reports differences where the outage does not reach the server', { timeout: 20_000 }, async () => {
  const { record, forget, find, agree } = memoryStore()
  const server = await startServer({ store: { record, forget, find, agree } })
  const { lines, voice } = listener()
  const unconnected = outageStore(memoryStore())
  const { differences } = await tellStory({ urls: [server.url], outage: unconnected, ...voice })
  await server.close()
  const marked = lines.filter((line) => line.startsWith('✗'))
  expect(marked).toHaveLength(differences)
  expect(marked.filter((line) => line.includes('must be 503'))).toHaveLength(5)
})

test('marks a wrong status, a wrong answer and a missing header', async () => {
  const server = await startServer({ store: memoryStore() })
  const { lines, voice } = listener()
  const { ask, outcome } = createNarrator([server.url], voice)
  const who = { user: 'ada', name: 'laptop' }
  await ask({ who, request: 'GET /me', status: 200, answer: { user: 'ada' }, shows: 'wrong twice' })
  await ask({ who, request: 'GET /me', status: 401, shows: 'right' })
  await server.close()
  expect(outcome()).toEqual({ requests: 2, differences: 1 })
  expect(lines[0]).toMatch(/^✗ .* 401 .* must be 200, must answer {"user":"ada"} \(wrong twice\)$/)
  expect(lines[1]).toMatch(/^ {2}.* 401 .* right$/)
})

test('colours only when told to', async () => {
  const server = await startServer({ store: memoryStore() })
  const { lines, voice } = listener()
  createNarrator([server.url], { ...voice, coloured: true }).heading('Title')
  createNarrator([server.url], voice).heading('Title')
  await server.close()
  expect(lines).toEqual(['\n\u001b[1mTitle\u001b[22m', '\nTitle'])
})
