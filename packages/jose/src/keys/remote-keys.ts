import { errors, type JWTVerifyGetKey } from 'jose'
import { KeysUnavailableError } from '../errors.ts'

/**
 * The key of a token is not in a set that was fetched before the token reached us: it may have been
 * published since. The next tokens that come after the cooldown of the set make it load again.
 */
export class UnknownKeyError extends KeysUnavailableError {
  /**
   * Whether a set lacked the key that was fetched after the first token with this `kid` had reached
   * us.
   */
  readonly wasMissing: boolean

  constructor(cause: unknown, wasMissing: boolean) {
    super(cause)
    this.wasMissing = wasMissing
  }
}

/** What `createRemoteJWKSet` of jose tells of itself. A local set has none of it. */
type RemoteKeys = JWTVerifyGetKey & {
  readonly coolingDown: boolean
  readonly fresh: boolean
  readonly reloading: boolean
}

/** More are forgotten, the first ones first: anybody can make them up. */
const maxMissing = 100

/**
 * Tells apart a token that no key verifies from one whose key is not known yet. A key set that
 * cannot be fetched says nothing about a token. A set that lacks the key does, if it was fetched
 * after the token had reached us.
 *
 * The set loads again for an unknown `kid` at most once per `cooldownDuration` (jose: 30 s),
 * whatever is asked meanwhile.
 *
 * @throws UnknownKeyError or KeysUnavailableError.
 */
export function reportOutages(getKey: JWTVerifyGetKey): JWTVerifyGetKey {
  const missing = new Set<string>()

  return async (header, token) => {
    const loads = loadsIfUnknown(getKey)
    const kid = header.kid ?? ''
    try {
      const key = await getKey(header, token)
      if (missing.size > 0) missing.delete(kid)
      return key
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) throw error
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw new KeysUnavailableError(error)
      if (!loads) throw new UnknownKeyError(error, missing.has(kid))
      remember(missing, kid)
      throw error
    }
  }
}

/**
 * Whether the set loads from now on, should it lack the key. A load that is under way may miss a
 * key that is published now.
 */
function loadsIfUnknown(getKey: JWTVerifyGetKey): boolean {
  if (!isRemote(getKey)) return true
  return !getKey.reloading && !(getKey.coolingDown && getKey.fresh)
}

function isRemote(getKey: JWTVerifyGetKey): getKey is RemoteKeys {
  return 'coolingDown' in getKey && 'fresh' in getKey && 'reloading' in getKey
}

function remember(missing: Set<string>, kid: string): void {
  missing.add(kid)
  const [first] = missing
  if (missing.size > maxMissing && first !== undefined) missing.delete(first)
}
