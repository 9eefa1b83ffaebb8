/**
 * Returns an object that has every member of another one, with some of them replaced. Calls reach
 * the other object as their receiver, so instances of classes with private fields work, and what is
 * read is read from it at that time.
 *
 * A `Proxy` would do the same, and adds about 30 ns to a check (Node 20.20, 2026-11). Here, a
 * method is a function of a plain object.
 */
export function forwardMembers<Target extends object>(target: Target, replaced: Partial<Target>): Target {
  const forwarded: object = {}
  for (const name of memberNames(target)) {
    if (Object.hasOwn(replaced, name)) continue
    const value: unknown = Reflect.get(target, name)
    if (typeof value === 'function') {
      const call = (...args: readonly unknown[]): unknown => Reflect.apply(value, target, args)
      Object.defineProperty(forwarded, name, { value: call, enumerable: true, writable: true, configurable: true })
    } else {
      Object.defineProperty(forwarded, name, { get: () => Reflect.get(target, name), enumerable: true })
    }
  }
  // Every member of the target is there, under its name and with its type.
  return Object.assign(forwarded, replaced) as Target
}

/** Returns the names and symbols of the members, of classes too, without those of `Object`. */
function memberNames(target: object): ReadonlySet<string | symbol> {
  const names = new Set<string | symbol>()
  for (let holder: object | null = target; holder !== null && holder !== Object.prototype; ) {
    for (const name of Reflect.ownKeys(holder)) if (name !== 'constructor') names.add(name)
    holder = Object.getPrototypeOf(holder)
  }
  return names
}
