import type { Target } from '../claims/target.ts'
import type { RevokeResult } from './revoke.ts'
import type { RevokeOptions } from './revoke-options.ts'

/** Revokes one target or many, and resolves to one result or many. */
export interface RevokeAny {
  (targets: readonly Target[], options?: RevokeOptions): Promise<readonly RevokeResult[]>
  (target: Target, options?: RevokeOptions): Promise<RevokeResult>
}

/** Returns a function that takes one target or many, over one that takes many. */
export function takingAny(
  revokeAll: (targets: readonly Target[], options: RevokeOptions) => Promise<readonly RevokeResult[]>,
): RevokeAny {
  function revoke(target: Target, options?: RevokeOptions): Promise<RevokeResult>
  function revoke(targets: readonly Target[], options?: RevokeOptions): Promise<readonly RevokeResult[]>
  async function revoke(targets: Target | readonly Target[], options: RevokeOptions = {}): Promise<unknown> {
    const results = await revokeAll(targetsOf(targets), options)
    return Array.isArray(targets) ? results : results[0]
  }
  return revoke
}

/** Returns the targets in an array that the caller cannot change while a batch is stored. */
export function targetsOf(targets: Target | readonly Target[]): readonly Target[] {
  return isArray(targets) ? [...targets] : [targets]
}

/** `Array.isArray` does not narrow readonly arrays. */
function isArray(targets: Target | readonly Target[]): targets is readonly Target[] {
  return Array.isArray(targets)
}
