import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { createListeners } from '../src/listeners.ts'

test('calls each listener until it is removed', () => {
  const received: string[] = []
  const listeners = createListeners<string>()
  const leave = listeners.add((event) => received.push(`one ${event}`))
  listeners.add((event) => received.push(`two ${event}`))
  listeners.emit('a')
  leave()
  listeners.emit('b')
  expect(received).toEqual(['one a', 'two a', 'two b'])
})

test('calls the others if a listener throws or rejects, and ignores the error', async () => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  const kinds = ['uncaughtException', 'unhandledRejection'] as const
  for (const kind of kinds) process.on(kind, note)
  onTestFinished(() => {
    for (const kind of kinds) process.off(kind, note)
  })
  const received: string[] = []
  const listeners = createListeners<string>()
  listeners.add(() => {
    throw new Error('a listener of the application')
  })
  listeners.add(() => Promise.reject(new Error('a listener of the application')))
  listeners.add((event) => received.push(event))
  listeners.emit('a')
  expect(received).toEqual(['a'])
  await nextTurn()
  expect(unhandled).toEqual([])
})
