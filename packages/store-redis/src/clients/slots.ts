/**
 * Returns a lookup of the slots of keys, which asks for each slot once. It keeps every key, so the
 * keys must be few: those of partitions.
 */
export function createSlots(ask: (key: string) => Promise<unknown>): (key: string) => number | Promise<number> {
  const slots = new Map<string, number>()
  return (key) => slots.get(key) ?? learn(key)

  async function learn(key: string): Promise<number> {
    const slot = Number(await ask(key))
    slots.set(key, slot)
    return slot
  }
}
