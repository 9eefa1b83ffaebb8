import type { Partition } from '../marks/key-space.ts'

/** The deployment that a user needs rights for. */
export interface Deployment {
  readonly partitions: readonly Pick<Partition, 'tag' | 'channelOf'>[]
  readonly isCluster: boolean
  readonly database: number
}

/**
 * Returns the rights of a user as rules of `ACL SETUSER`: what the store and its clients run, on
 * the keys and the channel of the store, and nothing more.
 */
export function rightsOf({ partitions, isCluster, database }: Deployment): readonly string[] {
  return [
    ...partitions.map(({ tag }) => `~${escaped(tag)}:*`),
    ...partitions.map(({ channelOf }) => `&${escaped(channelOf(database))}`),
    ...scripts,
    ...scripted,
    ...direct,
    ...(isCluster ? inCluster : onOneServer),
    ...(database === 0 ? [] : ['+select']),
  ]
}

/** The commands that run scripts. Servers before 7.0 do not have the last two. */
const scripts = ['+eval', '+evalsha', '+eval_ro', '+evalsha_ro'] as const

/** The commands that scripts run. */
const scripted = [
  ...['+exists', '+get', '+mget', '+set', '+del', '+hmget', '+hset'],
  ...['+xadd', '+xrange', '+xtrim', '+time'],
] as const

/** The commands that the store, the diagnosis and the clients send by themselves. */
const direct = ['+scan', '+info', '+ping'] as const

const onOneServer = ['+publish', '+subscribe'] as const

/** Clients read the slots and the state of a Cluster, and follow a slot that moves. */
const inCluster = ['+spublish', '+ssubscribe', '+cluster|slots', '+cluster|info', '+asking'] as const

/** Returns the glob pattern of a text. */
function escaped(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&')
}
