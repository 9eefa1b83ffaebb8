/** The slots of keys, each asked for once. The keys must be few: those of partitions. */
export function createSlots(ask: (key: string) => Promise<unknown>): (key: string) => number | Promise<number> {
  const slots = new Map<string, number>()
  return (key) => slots.get(key) ?? learn(key)

  async function learn(key: string): Promise<number> {
    const slot = Number(await ask(key))
    slots.set(key, slot)
    return slot
  }
}
