/** The listeners for one kind of event. */
export interface Listeners<Event> {
  /** @returns ends it. */
  readonly add: (listener: (event: Event) => unknown) => () => void
  readonly emit: (event: Event) => void
}

/**
 * Returns an empty set of listeners. A listener that throws or rejects neither keeps the others
 * from being called nor ends the process: what it fails with is dropped.
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
