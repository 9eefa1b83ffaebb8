// Revokes and checks in a context with nothing but the language and two timers; see
// bare-runtime.mjs.
import {
  createRevocation,
  decodeMark,
  decodeSettings,
  encodeMark,
  encodeSettings,
  markCovers,
  mergeMarks,
  mergeSettings,
} from '../../dist/index.js'

/** Keeps text, as most stores do. */
function textStore(now) {
  const texts = new Map()
  const addressOf = ({ scope, value }) => `${scope} ${value}`
  const held = (key) => {
    const text = texts.get(addressOf(key))
    const mark = text === undefined ? undefined : decodeMark(text)
    return mark !== undefined && mark.expiresAt > now() ? mark : undefined
  }
  return {
    record: async (marks) =>
      marks.map(({ key, mark }) => {
        const before = held(key)
        texts.set(addressOf(key), encodeMark(before === undefined ? mark : mergeMarks(before, mark)))
        return before === undefined || !markCovers(before, mark)
      }),
    find: async (keys) => keys.map((key) => ({ key, mark: held(key) })).filter(({ mark }) => mark !== undefined),
    forget: async (keys) => {
      for (const key of keys) texts.delete(addressOf(key))
    },
    agree: async (settings) => {
      const kept = texts.get('settings')
      const merged = mergeSettings(kept === undefined ? undefined : decodeSettings(kept), settings, now())
      texts.set('settings', encodeSettings(merged))
      return { ...merged, now: now() }
    },
  }
}

const now = () => 1_800_000_000_000
const options = { store: textStore(now), maxTokenLifetime: '24h', claims: ['client_id'], now }
const revocation = createRevocation(options)
const claims = { jti: 'a', sid: 's', sub: 'alice', client_id: 'app', iat: 1_799_999_990, exp: 1_800_000_900 }

async function judged(target, revokeOptions) {
  await revocation.revoke(target, revokeOptions)
  const verdict = await revocation.check(claims)
  await revocation.reinstate(target)
  return verdict.by ?? verdict.status
}

const hanging = createRevocation({
  ...options,
  store: { ...options.store, find: () => new Promise(() => {}) },
  timeout: '1ms',
})
const systemClock = createRevocation({ store: options.store, maxTokenLifetime: '24h' })

export const outcome = [
  (await revocation.check(claims)).status,
  await judged({ token: claims }),
  await judged({ session: 's' }),
  await judged({ subject: 'alice' }, { reason: 'logout' }),
  await judged({ subject: 'alice' }, { except: claims }),
  await judged({ claim: 'client_id', value: 'app' }),
  await judged({ everything: true }),
  (await hanging.check(claims)).status,
  await revocation.check({ ...claims, sub: 1 }).catch(({ code }) => code),
  typeof systemClock.now(),
]
