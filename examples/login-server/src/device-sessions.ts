import type { Revocation } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { createSessions, type ListedSession, type Sessions } from '@revoked/sessions'

/** What is kept of a device, to recognise it in a list. */
export interface Device {
  readonly name: string
  readonly kind: 'phone' | 'computer'
}

/** Who is logged in on which device. */
export type DeviceSessions = Sessions<Device>

/** A device on which somebody is logged in. */
export type ListedDevice = ListedSession<Device>

/**
 * Creates the sessions of the server. They last as long as the tokens at most. The eleventh login
 * of a user closes the session that was used longest ago.
 */
export function createDeviceSessions(store: SessionStore, revocation: Revocation): DeviceSessions {
  return createSessions({
    store,
    revocation,
    idleTimeout: '12h',
    absoluteLifetime: '12h',
    maxPerSubject: 10,
    onFull: 'close-least-used',
    readDevice,
  })
}

/** In characters. */
const longestName = 80

/** Characters that are not shown, among them those that turn the direction of text around them. */
const invisible = /\p{C}+/gu

/** Reads a device, with what can be shown of its name: a client may send anything. */
function readDevice(value: unknown): Device {
  const { name, kind } = Object(value) as Record<string, unknown>
  if (typeof name !== 'string' || (kind !== 'phone' && kind !== 'computer')) throw new TypeError('This is no device.')
  return { name: [...name.replace(invisible, ' ').trim()].slice(0, longestName).join(''), kind }
}
