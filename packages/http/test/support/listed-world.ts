import type { SessionStore } from '@revoked/core/sessions'
import { passes, passesDegraded, type Row, revoked, unavailable } from './expectations.ts'
import { createWorld, secrets, type World } from './setup.ts'
import { createOutages, type Outage, type Outages } from './store-outage.ts'

/** What the servers under test share if only tokens of listed sessions pass. */
export interface ListedWorld {
  readonly world: World
  readonly sessions: FragileSessions
}

/** A list of sessions that can be taken away. Its `find` alone works. */
interface FragileSessions extends SessionStore, Omit<Outages, 'reach'> {
  /** Lists a session for an hour. */
  readonly put: (subject: string, id: string) => void
}

/** Returns a world whose revocation has an allowlist, or the one that `wrap` makes of it. */
export function createListedWorld(wrap: (sessions: SessionStore) => SessionStore = (same) => same): ListedWorld {
  const sessions = fragileSessions()
  return { world: createWorld({ allowlist: { sessions: wrap(sessions) } }), sessions }
}

function fragileSessions(): FragileSessions {
  const listed = new Set<string>()
  const nameOf = (subject: string, id: string) => JSON.stringify([subject, id])
  const { goDown, comeBack, reach } = createOutages(secrets.storeError)
  const unused = () => Promise.reject(new Error('Not a part of checks.'))
  return {
    goDown,
    comeBack,
    put: (subject, id) => void listed.add(nameOf(subject, id)),
    find: (keys) => {
      const found = keys.map(({ subject, id }) =>
        listed.has(nameOf(subject, id)) ? Date.now() + 3_600_000 : undefined,
      )
      return reach<readonly (number | undefined)[]>(async () => found)
    },
    open: unused,
    touch: unused,
    list: unused,
    get: unused,
    count: unused,
    close: unused,
    closeAll: unused,
  }
}

const closed: Row['request'] = { method: 'GET', path: '/closed' }
const open: Row['request'] = { method: 'GET', path: '/open' }

/** A row of the table, and how the list is away during its request. */
export interface ListedRow extends Row {
  readonly listOutage?: Outage
}

/** The table of all adapters with an allowlist. */
export function listedRows({ sessions }: ListedWorld, outages: readonly Outage[]): readonly ListedRow[] {
  // Signed by hand: issuers refuse to issue tokens that would not pass.
  const bearer = async ({ signByHand }: World, sid?: string) => `Bearer ${await signByHand({ sid })}`
  const withoutSession: Row['authorization'] = (world) => bearer(world)
  const unknown: Row['authorization'] = (world) => bearer(world, crypto.randomUUID())
  const listed: Row['authorization'] = (world) => {
    const sid = crypto.randomUUID()
    sessions.put(secrets.subject, sid)
    return bearer(world, sid)
  }
  const ofAnother: Row['authorization'] = (world) => {
    const sid = crypto.randomUUID()
    sessions.put('S3CRET-another', sid)
    return bearer(world, sid)
  }
  const revokedSession: Row['authorization'] = async (world) => {
    const sid = crypto.randomUUID()
    sessions.put(secrets.subject, sid)
    await world.revocation.revoke({ session: sid })
    return await bearer(world, sid)
  }
  return [
    { title: 'of a listed session', request: closed, authorization: listed, expected: passes },
    { title: 'of an unknown session', request: closed, authorization: unknown, expected: revoked },
    { title: 'of an unknown session, open', request: open, authorization: unknown, expected: revoked },
    { title: 'of no session', request: closed, authorization: withoutSession, expected: revoked },
    { title: 'of the session of another one', request: closed, authorization: ofAnother, expected: revoked },
    { title: 'of a revoked session that is listed', request: closed, authorization: revokedSession, expected: revoked },
    ...outages.flatMap((outage): readonly ListedRow[] => [
      ...[closed, open].map((request) => {
        const expected = request === closed ? unavailable : passesDegraded
        const title = `of a listed session, list ${outage}, ${request === closed ? 'closed' : 'open'}`
        return { title, request, authorization: listed, listOutage: outage, expected }
      }),
      {
        title: `of an unknown session, list ${outage}, closed`,
        request: closed,
        authorization: unknown,
        listOutage: outage,
        expected: unavailable,
      },
      {
        title: `of an unknown session, store ${outage}, open`,
        request: open,
        authorization: unknown,
        outage,
        expected: revoked,
      },
      {
        title: `of a revoked session, list ${outage}, open`,
        request: open,
        authorization: revokedSession,
        listOutage: outage,
        expected: revoked,
      },
    ]),
  ]
}
