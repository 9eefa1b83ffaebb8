/** The listeners for one kind of event. */
export interface Listeners<Event> {
  /** @returns ends it. */
  readonly add: (listener: (event: Event) => void) => () => void
  readonly emit: (event: Event) => void
}

/**
 * Returns an empty set of listeners. A listener that throws keeps nobody else from being told, and
 * its error is not lost: it ends up as uncaught.
 */
export function createListeners<Event>(): Listeners<Event> {
  const listeners = new Set<(event: Event) => void>()
  return {
    add: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    emit: (event) => {
      for (const listener of listeners) {
        try {
          listener(event)
        } catch (error) {
          queueMicrotask(() => {
            throw error
          })
        }
      }
    },
  }
}
