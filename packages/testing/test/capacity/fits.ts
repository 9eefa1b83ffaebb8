import type { Load } from '../../../../docs/.vitepress/capacity/load.ts'

/** Formulas may be off by this share: of sizes between two powers of two, and of other machines. */
const tolerance = 0.15

/** @throws if the formula is further off than the tolerance. */
export function assertFits(calculated: number, found: number): void {
  const off = Math.abs(calculated / found - 1)
  if (!(off <= tolerance)) throw new Error(`calculated ${calculated}, found ${found}: off by ${off.toFixed(2)}`)
}

/** @throws if one of the three is further off than the tolerance. */
export function assertLoadFits(calculated: Load, found: Load): void {
  for (const name of ['commands', 'received', 'sent'] as const) assertFits(calculated[name], found[name])
}

/** Returns a multiple of a load. */
export function scale({ commands, received, sent }: Load, by: number): Load {
  return { commands: commands * by, received: received * by, sent: sent * by }
}

/** Returns the sum of two loads. */
export function add(a: Load, b: Load): Load {
  return { commands: a.commands + b.commands, received: a.received + b.received, sent: a.sent + b.sent }
}

/** @throws if one of the three is further above the formula than the tolerance. */
export function assertLoadAtMost(calculated: Load, found: Load): void {
  for (const name of ['commands', 'received', 'sent'] as const)
    assertFits(Math.min(calculated[name], found[name]), found[name])
}
