import { expect, test, vi } from 'vitest'
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

test('tells the others when one of them throws, and leaves the error to the process', () => {
  const later = vi.spyOn(globalThis, 'queueMicrotask').mockReturnValue(undefined)
  const heard: string[] = []
  const listeners = createListeners<string>()
  listeners.add(() => {
    throw new Error('a listener of the application')
  })
  listeners.add((event) => heard.push(event))
  listeners.emit('a')
  const [rethrow] = later.mock.calls[0] ?? []
  later.mockRestore()
  expect(heard).toEqual(['a'])
  expect(rethrow).toThrow('a listener of the application')
})
