import type { Attributes } from '@opentelemetry/api'

/**
 * A channel of `diagnostics_channel`, on which agents listen. A message has the attributes of the
 * metric that counts the same event, and nothing else.
 */
export interface Channel {
  readonly hasSubscribers: boolean
  readonly publish: (message: Attributes) => void
}

/** The names of the channels. */
export type ChannelName = 'revoked:check' | 'revoked:revocation' | 'revoked:store' | 'revoked:session'

const silent: Channel = Object.freeze({ hasSubscribers: false, publish: () => undefined })

/**
 * Returns the channel of that name, and one without subscribers if the runtime has none. An import
 * of the module would keep this package from loading in runtimes that lack it.
 */
export function channelOf(name: ChannelName): Channel {
  const runtime: unknown = Reflect.get(globalThis, 'process')
  const { getBuiltinModule } = Object(runtime) as { readonly getBuiltinModule?: unknown }
  if (typeof getBuiltinModule !== 'function') return silent
  const diagnostics: unknown = Reflect.apply(getBuiltinModule, runtime, ['node:diagnostics_channel'])
  const { channel } = Object(diagnostics) as { readonly channel?: (name: string) => Channel }
  return typeof channel === 'function' ? channel(name) : silent
}
