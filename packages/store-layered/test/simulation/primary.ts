import type { FeedChange, FeedPosition, Key } from '@revoked/core'

/** A published event of the primary. */
export type Message =
  | { readonly kind: 'changed'; readonly change: FeedChange }
  | { readonly kind: 'confirmed'; readonly probe: string; readonly position: FeedPosition }

/** One log of the remote, with its marks. Every operation takes effect at once. */
export interface Primary {
  /**
   * Returns the number of the node. It changes at each failover, and subscriptions to the old node
   * receive nothing more.
   */
  readonly node: () => number
  readonly cutoffOf: (value: string) => number | undefined
  readonly record: (key: Key, cutoff: number) => void
  readonly forget: (key: Key) => void
  readonly probe: (id: string) => void
  /** Removes the marks and the log. */
  readonly flush: () => void
  /** Removes the log alone. */
  readonly dropLog: () => void
  /** Promotes a replica that lacks the last changes. */
  readonly failOver: (lostChanges: number) => void
}

interface State {
  readonly position: FeedPosition
  readonly cutoffs: ReadonlyMap<string, number>
}

/** The number of changes that a replica may be behind. */
const maxLag = 4

/** Returns an empty log. */
export function createPrimary(publish: (message: Message) => void, moved: (values: Iterable<string>) => void): Primary {
  let names = 0
  let node = 0
  const begin = (): FeedPosition => ({ epoch: `epoch ${names++}`, sequence: 0, tip: 'begin' })
  let state: State = { position: begin(), cutoffs: new Map() }
  let past: State[] = []

  function become(next: State): void {
    const values = new Set([...state.cutoffs.keys(), ...next.cutoffs.keys()])
    state = next
    moved(values)
  }

  function change(key: Key, cutoff: number | undefined): void {
    if (state.cutoffs.get(key.value) === cutoff) return
    past = [...past, state].slice(-maxLag)
    const previousTip = state.position.tip
    const position = { ...state.position, sequence: state.position.sequence + 1, tip: `change ${names++}` }
    const cutoffs = new Map(state.cutoffs)
    if (cutoff === undefined) cutoffs.delete(key.value)
    else cutoffs.set(key.value, cutoff)
    become({ position, cutoffs })
    const recorded = cutoff === undefined ? [] : [{ key, mark: { cutoff, expiresAt: Infinity } }]
    publish({
      kind: 'changed',
      change: { position, previousTip, recorded, forgotten: cutoff === undefined ? [key] : [] },
    })
  }

  return {
    node: () => node,
    cutoffOf: (value) => state.cutoffs.get(value),
    record: (key, cutoff) => change(key, Math.max(cutoff, state.cutoffs.get(key.value) ?? 0)),
    forget: (key) => change(key, undefined),
    probe: (id) => publish({ kind: 'confirmed', probe: id, position: state.position }),
    flush: () => {
      past = []
      become({ position: begin(), cutoffs: new Map() })
    },
    dropLog: () => {
      past = []
      state = { ...state, position: begin() }
    },
    failOver: (lostChanges) => {
      node++
      const survivor = lostChanges === 0 ? undefined : past.at(-lostChanges)
      past = []
      if (survivor !== undefined) become(survivor)
    },
  }
}
