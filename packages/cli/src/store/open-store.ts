import { createRevocation, type FollowableStore, type Revocation, type RevocationStore } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { misuse } from '../errors.ts'
import type { Backend, KeptSettings, StoreLayout } from './backend.ts'
import { type ChosenOptions, type ChosenStore, chooseStore } from './choose-store.ts'
import { revocationOptions } from './revocation-options.ts'
import type { StoreFlags } from './store-flags.ts'

/** A store that is open, as the application has it. */
export interface OpenStore {
  readonly store: RevocationStore
  readonly options: ChosenOptions
  /** What the services have agreed on. `undefined`: nothing, or the configuration has opened it. */
  readonly kept: KeptSettings | undefined
  /** Returns the revocation over the store. @throws CliError (misuse) if options are missing. */
  readonly revocation: () => Revocation
  /** Returns the store as one whose log can be read. @throws CliError (misuse) if it has none. */
  readonly followable: () => FollowableStore
  readonly sessions: () => SessionStore
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
export async function openStore(flags: StoreFlags): Promise<OpenStore> {
  const chosen = await chooseStore(flags)
  try {
    return 'store' in chosen.source
      ? openConfigured(chosen, chosen.source.store)
      : await openAt(chosen, chosen.source.backend)
  } catch (error) {
    await chosen.close()
    throw error
  }
}

async function openAt({ options, close }: ChosenStore, backend: Backend): Promise<OpenStore> {
  await backend.connect()
  const kept = await backend.readSettings()
  const layout = layoutOf(options, kept)
  const store = backend.open(layout)
  return {
    store,
    options,
    kept,
    revocation: () => createRevocation({ ...revocationOptions(options, kept), store }),
    followable: () => store,
    sessions: () => backend.openSessions(layout),
    subscribers: () => backend.subscribers(layout),
    close,
  }
}

function openConfigured({ options, close }: ChosenStore, store: RevocationStore): OpenStore {
  return {
    store,
    options,
    kept: undefined,
    revocation: () => createRevocation({ ...revocationOptions(options, undefined), store }),
    followable: () => {
      if ('scan' in store && 'read' in store) return store as FollowableStore
      throw misuse(
        'The store of the configuration has no change log: this command needs a store on a server or in a file.',
      )
    },
    sessions: () => {
      if (options.sessions === undefined) throw misuse('The configuration needs `sessions`: the store of the sessions.')
      return options.sessions
    },
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
  return layout
}
