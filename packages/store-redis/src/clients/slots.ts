const slotCount = 16_384

/**
 * Returns the slot of a key in a Cluster: CRC16 (XMODEM) of its hash tag, or of the whole key, as
 * the Redis Cluster specification defines it. Keys of the store are ASCII.
 */
export function slotOf(key: string): number {
  const start = key.indexOf('{')
  const end = start === -1 ? -1 : key.indexOf('}', start + 1)
  const tag = end > start + 1 ? key.slice(start + 1, end) : key
  let crc = 0
  for (let index = 0; index < tag.length; index++) {
    crc ^= tag.charCodeAt(index) << 8
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  }
  return crc % slotCount
}

/** The most keys whose slots are kept: those of all partitions, and some subjects of sessions. */
const maxKept = 4_096

/** Returns a lookup that computes the slot of each of the first keys once. */
export function createSlots(): (key: string) => number {
  const slots = new Map<string, number>()
  return (key) => {
    const known = slots.get(key)
    if (known !== undefined) return known
    const slot = slotOf(key)
    if (slots.size < maxKept) slots.set(key, slot)
    return slot
  }
}
