import { eventually } from './eventually.ts'
import type { RedisServer } from './redis-server.ts'

export const slotCount = 16_384

/** The state of a node of a cluster, as another node or itself knows it. */
interface NodeView {
  readonly id: string
  readonly port: number
  readonly isPrimary: boolean
  readonly slots: readonly (readonly [first: number, last: number])[]
}

/** Returns the members as this node sees them. */
export async function viewOf(node: RedisServer): Promise<NodeView[]> {
  const lines = String(await node.command('CLUSTER', 'NODES')).trimEnd()
  return lines.split('\n').map((line) => {
    const [id = '', address = '', flags = '', , , , , , ...ranges] = line.split(' ')
    const slots = ranges
      .filter((range) => !range.startsWith('['))
      .map((range) => {
        const [first = Number.NaN, last = first] = range.split('-').map(Number)
        return [first, last] as const
      })
    const port = Number(address.match(/:(?<port>\d+)@/)?.groups?.['port'])
    return { id, port, isPrimary: flags.split(',').includes('master'), slots }
  })
}

/** Returns the port of the node that owns the slot, as this node sees it. */
export async function ownerOf(slot: number, node: RedisServer): Promise<number | undefined> {
  const view = await viewOf(node)
  return view.find(({ slots }) => slots.some(([first, last]) => first <= slot && slot <= last))?.port
}

/** Waits until these nodes agree on the owner of the slot. */
export async function agreeOnOwner(nodes: readonly RedisServer[], slot: number, owner: RedisServer): Promise<void> {
  await eventually(
    async () => {
      const owners = await Promise.all(nodes.map((node) => ownerOf(slot, node)))
      return owners.every((port) => port === owner.port)
    },
    `every node sees slot ${slot} at port ${owner.port}`,
    10_000,
  )
}

export async function idOf(node: RedisServer): Promise<string> {
  return String(await node.command('CLUSTER', 'MYID'))
}
