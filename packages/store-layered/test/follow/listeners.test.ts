import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { createListeners } from '../../src/follow/listeners.ts'

test('tells everybody, until they leave', () => {
  const heard: string[] = []
  const listeners = createListeners<string>()
  const leave = listeners.add((event) => heard.push(`one ${event}`))
  listeners.add((event) => heard.push(`two ${event}`))
  listeners.emit('a')
  leave()
  listeners.emit('b')
  expect(heard).toEqual(['one a', 'two a', 'two b'])
})

test('a listener that throws or rejects silences no other one, and ends no process', async () => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  const kinds = ['uncaughtException', 'unhandledRejection'] as const
  for (const kind of kinds) process.on(kind, note)
  onTestFinished(() => {
    for (const kind of kinds) process.off(kind, note)
  })
  const heard: string[] = []
  const listeners = createListeners<string>()
  listeners.add(() => {
    throw new Error('a listener of the application')
  })
  listeners.add(() => Promise.reject(new Error('a listener of the application')))
  listeners.add((event) => heard.push(event))
  listeners.emit('a')
  expect(heard).toEqual(['a'])
  await nextTurn()
  expect(unhandled).toEqual([])
})
