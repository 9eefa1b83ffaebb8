/** The listeners for one kind of event. */
export interface Listeners<Event> {
  /**
   * Adds a listener.
   *
   * @returns a function that removes it.
   */
  readonly add: (listener: (event: Event) => unknown) => () => void
  readonly emit: (event: Event) => void
}

/**
 * Returns an empty set of listeners. If a listener throws or rejects, the others are still called,
 * and the error is ignored.
 */
export function createListeners<Event>(): Listeners<Event> {
  const listeners = new Set<(event: Event) => unknown>()
  return {
    add: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    emit: (event) => {
      for (const listener of listeners) void call(listener, event)
    },
  }
}

async function call<Event>(listener: (event: Event) => unknown, event: Event): Promise<void> {
  try {
    await listener(event)
  } catch {
    // The application reports its own failures. The cache must not fail with them.
  }
}
