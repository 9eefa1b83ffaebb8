/**
 * Returns a claim, whether it is an own property or inherited, as the getters of a class are. What
 * every object inherits from `Object.prototype` is no claim, whatever its name.
 */
export function readClaim(claims: object, name: string): unknown {
  const value: unknown = Reflect.get(claims, name)
  if (value === undefined || !(name in Object.prototype)) return value
  if (Object.hasOwn(claims, name)) return value
  // Every class has a constructor, and the root of a chain is `Object.prototype` of this or another
  // realm.
  if (name === 'constructor') return undefined
  let owner: object | null = Object.getPrototypeOf(claims)
  while (owner !== null && Object.getPrototypeOf(owner) !== null) {
    if (Object.hasOwn(owner, name)) return value
    owner = Object.getPrototypeOf(owner)
  }
  return undefined
}
