// @ts-check
// What happens between a reader and its server while tokens are revoked.
import { setTimeout } from 'node:timers/promises'

/**
 * @typedef {{ readonly server: import('@revoked/testing').RedisServer, readonly proxy:
 *   import('./push-proxy.mjs').PushProxy }} Place
 */

/** How long a reader cannot connect after a restart of its server. */
const awayMs = 1_500

/**
 * Each resolves when tokens may be revoked. @type {Readonly<Record<string, (place: Place) =>
 * unknown>>}
 */
export const faults = {
  none: () => undefined,
  'pushes cut, and refused': ({ proxy }) => proxy.refusePushes(),
  'pushes frozen': ({ proxy }) => proxy.freezePushes(),
  'all sockets half-open': ({ proxy }) => proxy.freezeAll(),
  async 'server restarted'({ server, proxy }) {
    await server.command('SAVE')
    proxy.refuseAll()
    await server.restart({ keepsData: true })
    void setTimeout(awayMs).then(() => proxy.acceptAll())
  },
}
