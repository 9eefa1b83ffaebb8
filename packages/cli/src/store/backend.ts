import type { FollowableStore, SharedSettings } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import type { StoreKind } from './address.ts'

/** A finding of a diagnosis, of any store. */
export interface Finding {
  readonly level: 'error' | 'warning' | 'info'
  readonly code: string
  readonly message: string
  readonly remedy: string
}

/** Options of a store that decide how its keys are named, as far as they are given. */
export interface StoreLayout {
  readonly prefix?: string | undefined
  readonly partitions?: number | undefined
  readonly schema?: string | undefined
  readonly hashIds?: boolean | undefined
  readonly hashSubjects?: boolean | undefined
}

/** What a store keeps of the options of its services. */
export interface KeptSettings extends SharedSettings {
  readonly hashIds: boolean
  readonly partitions?: number
  readonly hashSubjects?: boolean | undefined
}

/** A store at an address, before it is opened. Nothing is written until `open`. */
export interface Backend {
  readonly kind: StoreKind
  /** Connects. @throws CliError (unavailable, rejects) if there is no connection. */
  readonly connect: () => Promise<void>
  /** Returns what its services have agreed on, or `undefined` if nothing has used it yet. */
  readonly readSettings: () => Promise<KeptSettings | undefined>
  /** Examines the server, the tables and the file. Needs no `connect`. */
  readonly diagnose: (layout: StoreLayout) => Promise<readonly Finding[]>
  /** @throws CliError for `read`, if tables would be created. */
  readonly open: (layout: StoreLayout, access: 'read' | 'write') => FollowableStore
  /** Returns whether an application keeps the list of sessions there, as far as it is known. */
  readonly hasSessions: (kept: KeptSettings | undefined) => boolean
  readonly openSessions: (layout: StoreLayout) => SessionStore
  /** Returns the number of processes that changes are pushed to, if the server knows it. */
  readonly subscribers: (layout: StoreLayout) => Promise<number | undefined>
  readonly close: () => Promise<void>
}

/** Returns the fields that are set. Stores take no `undefined`. */
export function given<Options extends object>(
  options: Options,
): { [Name in keyof Options]?: Exclude<Options[Name], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Name in keyof Options]?: Exclude<Options[Name], undefined> }
}
