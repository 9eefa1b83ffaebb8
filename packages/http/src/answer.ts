/** What a client is told, whatever the framework. Adapters only translate it. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Sent as JSON; without it the body is empty. */
  readonly body?: Readonly<Record<string, unknown>>
}
