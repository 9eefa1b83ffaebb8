/**
 * Returns a hash of the last eight characters of a value, as a signed integer of 32 bits. Its low
 * bits choose the shard, the others the place in the filter of the shard. Random and numbered ids
 * spread evenly. Values with equal endings, such as e-mail addresses, share shards and places.
 */
export function hashOf(value: string): number {
  const { length } = value
  if (length < 8) return hashOfShort(value)
  // The loop is unrolled, because a loop doubles the time of a lookup.
  const last =
    value.charCodeAt(length - 1) |
    (value.charCodeAt(length - 2) << 8) |
    (value.charCodeAt(length - 3) << 16) |
    (value.charCodeAt(length - 4) << 24)
  const before =
    value.charCodeAt(length - 5) |
    (value.charCodeAt(length - 6) << 8) |
    (value.charCodeAt(length - 7) << 16) |
    (value.charCodeAt(length - 8) << 24)
  return mixed(Math.imul(last, 0x9e37_79b1) ^ Math.imul(before, 0x85eb_ca77))
}

function hashOfShort(value: string): number {
  let hash = 0
  for (let index = 0; index < value.length; index++) hash = Math.imul(hash, 31) + value.charCodeAt(index)
  return mixed(Math.imul(hash, 0x9e37_79b1))
}

/** The low bits of a product depend on the low bits of its factors alone. */
function mixed(product: number): number {
  return product ^ (product >>> 15)
}
