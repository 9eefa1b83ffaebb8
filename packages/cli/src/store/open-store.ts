import {
  createRevocation,
  type FollowableStore,
  mergeSettings,
  type Revocation,
  type RevocationStore,
  type SharedSettings,
} from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { misuse } from '../errors.ts'
import { type Backend, given, type KeptSettings, type StoreLayout } from './backend.ts'
import { type ChosenOptions, type ChosenStore, chooseStore } from './choose-store.ts'
import { answered, withFailures } from './failing-store.ts'
import { revocationOptions, unknownLifetime } from './revocation-options.ts'
import type { StoreFlags } from './store-flags.ts'

/** What a command does with a store. `read`: it must change nothing, its settings included. */
export type StoreAccess = 'read' | 'write'

/** A store that is open, as the application has it. */
export interface OpenStore {
  readonly store: RevocationStore
  readonly options: ChosenOptions
  /** What the services have agreed on. `undefined`: nothing, or the configuration has opened it. */
  readonly kept: KeptSettings | undefined
  /** Identifies the store among others, for runs that are continued. It contains no secret. */
  readonly name: string
  /**
   * Returns the revocation over the store, or over another one with the same options.
   *
   * @throws CliError (misuse) if options are missing.
   */
  readonly revocation: (over?: RevocationStore) => Revocation
  /** Returns the store as one whose log can be read. @throws CliError (misuse) if it has none. */
  readonly followable: () => FollowableStore
  /** Returns the list of sessions, or `undefined` if no application keeps one in the store. */
  readonly sessions: () => SessionStore | undefined
  /** Returns the number of processes that changes are pushed to, if the server knows it. */
  readonly subscribers: () => Promise<number | undefined>
  readonly close: () => Promise<void>
}

/**
 * Opens the store of a command, with the options that its services have agreed on where none are
 * given. It writes nothing.
 *
 * @throws CliError (rejects), and every failure of the store.
 */
export async function openStore(flags: StoreFlags, access: StoreAccess): Promise<OpenStore> {
  const chosen = await chooseStore(flags)
  try {
    return 'store' in chosen.source
      ? openConfigured(chosen, chosen.source.store)
      : await openAt(chosen, chosen.source.backend, access)
  } catch (error) {
    await chosen.close()
    throw error
  }
}

/**
 * Names a store and its state, for runs that are continued: one that was emptied has new epochs.
 */
export async function nameOfStore({ store, name }: Pick<OpenStore, 'store' | 'name'>): Promise<string> {
  if (!isFollowable(store)) return name
  const reads = await Promise.all(Array.from({ length: store.logs }, (_, log) => store.read(log)))
  return [name, ...reads.map(({ position }) => position.epoch)].join(' ')
}

function isFollowable(store: RevocationStore): store is FollowableStore {
  return 'scan' in store && 'read' in store
}

async function openAt(
  { options, name, close }: ChosenStore,
  backend: Backend,
  access: StoreAccess,
): Promise<OpenStore> {
  await backend.connect()
  const kept = await answered(backend.readSettings())
  // With a wrong prefix, an empty store would be reported, or backed up.
  if (access === 'read' && kept === undefined && options.maxTokenLifetime === undefined) throw unknownLifetime()
  const layout = layoutOf(options, kept)
  const opened = backend.open(layout, access)
  const store = access === 'read' ? withoutAgreeing(opened, kept) : opened
  return {
    store,
    options,
    kept,
    name,
    revocation: (over = store) => createRevocation({ ...revocationOptions(options, kept), store: over }),
    followable: () => withFailures(store),
    sessions: () => (backend.hasSessions(kept) ? backend.openSessions(layout) : undefined),
    subscribers: () => answered(backend.subscribers(layout)),
    close,
  }
}

/**
 * Returns a store for commands that only read. What services agree on never becomes less, so that a
 * question must not add to it: a wrong `--max-token-lifetime` would stay.
 */
function withoutAgreeing(store: FollowableStore, kept: SharedSettings | undefined): FollowableStore {
  return {
    ...store,
    agree: async (settings) => {
      const now = Date.now()
      return { ...mergeSettings(kept, settings, now), now }
    },
  }
}

function openConfigured({ options, name, close }: ChosenStore, store: RevocationStore): OpenStore {
  return {
    store,
    options,
    kept: undefined,
    name,
    revocation: (over = store) => createRevocation({ ...revocationOptions(options, undefined), store: over }),
    followable: () => {
      if (isFollowable(store)) return withFailures(store)
      throw misuse(
        'The store of the configuration has no change log: this command needs a store on a server or in a file.',
      )
    },
    sessions: () => options.sessions,
    subscribers: async () => undefined,
    close,
  }
}

/**
 * Returns the options by which keys are named: those that are given, else those that are kept.
 *
 * @throws CliError (misuse) that names the option which differs. Nothing would be found with it.
 */
function layoutOf(options: ChosenOptions, kept: KeptSettings | undefined): StoreLayout {
  const layout: StoreLayout = {
    hashIds: options.hashIds ?? kept?.hashIds,
    partitions: options.partitions ?? kept?.partitions,
    hashSubjects: options.hashSubjects ?? kept?.hashSubjects,
  }
  for (const name of ['hashIds', 'partitions', 'hashSubjects'] as const) {
    const expected = kept?.[name]
    if (expected !== undefined && layout[name] !== expected) {
      throw misuse(
        `The option ${name} is ${String(layout[name])} here and ${String(expected)} in the services that share this store. Leave it out: it is read from the store.`,
      )
    }
  }
  return given(layout)
}
