/**
 * Returns a hash of the last six characters of a value. Its low bits choose the shard, the others
 * the slot of the shard's filter. Random and numbered ids spread evenly. Values with equal endings,
 * such as e-mail addresses, share shards and slots.
 */
export function hashOf(value: string): number {
  const { length } = value
  if (length < 6) return hashOfShort(value)
  // The loop is unrolled, because a loop doubles the time of a lookup.
  const hash =
    value.charCodeAt(length - 1) +
    11 * value.charCodeAt(length - 2) +
    131 * value.charCodeAt(length - 3) +
    1_583 * value.charCodeAt(length - 4) +
    25_931 * value.charCodeAt(length - 5) +
    401_963 * value.charCodeAt(length - 6)
  return hash | 0
}

function hashOfShort(value: string): number {
  let hash = 0
  for (let index = 0; index < value.length; index++) hash = 11 * hash + value.charCodeAt(index)
  return hash
}
