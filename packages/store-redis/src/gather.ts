/**
 * Keys after which a batch leaves without waiting for more: the server works on it while the rest is gathered. With 64 concurrent
 * checks of four keys, a fifth faster than one batch for all (Node 20.20, Redis 7.0, 2026-11).
 */
const fullBatch = 128

/** Carries out a batch, and answers how to settle its items. Must not reject. */
type CarryOut<Item> = (items: readonly Item[]) => Promise<() => void>

interface Batch<Item> {
  readonly items: Item[]
  keys: number
}

/**
 * Gathers what is asked for in one turn of the event loop, so that it shares a command. Alone, an item leaves at the end of
 * this very turn; while others are under way, it waits for the turn's company.
 */
export function createGathering<Item>(carryOut: CarryOut<Item>): (item: Item, keys: number) => void {
  let gathering: Batch<Item> | undefined
  let underWay = 0

  function begin(): Batch<Item> {
    const batch: Batch<Item> = { items: [], keys: 0 }
    if (underWay === 0) process.nextTick(leave, batch)
    else setImmediate(leave, batch)
    return batch
  }

  function leave(batch: Batch<Item>): void {
    // It was full, and has left.
    if (batch !== gathering) return
    gathering = undefined
    underWay++
    void carryOut(batch.items).then((settle) => {
      // First, as whoever is settled may ask again at once.
      underWay--
      settle()
    })
  }

  return (item, keys) => {
    gathering ??= begin()
    const batch = gathering
    batch.items.push(item)
    batch.keys += keys
    if (batch.keys >= fullBatch) leave(batch)
  }
}
