/** Returns an instant as JSON can write it: `all` for every instant, `none` for no instant. */
export function instantInJson(instant: number): number | 'all' | 'none' {
  if (instant === Infinity) return 'all'
  return instant === -Infinity ? 'none' : instant
}
