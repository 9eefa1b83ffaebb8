import type { Answer, DiagnosticConnection } from './diagnostic-connection.ts'

/** What a server tells of itself. */
export interface ServerInfo {
  /** A field of INFO. */
  readonly field: (name: string) => string | undefined
  /**
   * A setting that INFO may have under a name of its own; otherwise CONFIG is asked, if that is
   * allowed.
   */
  readonly setting: (config: string, field?: string) => Promise<string | undefined>
}

/** Reads the answer to INFO. If it was refused, there are no fields. */
export function readInfo(answer: Answer, { ask }: DiagnosticConnection): ServerInfo {
  const fields = new Map<string, string>()
  for (const [, name = '', value = ''] of String(answer.reply).matchAll(/^(\w+):(.*?)\r?$/gm)) fields.set(name, value)
  return {
    field: (name) => fields.get(name),
    setting: async (config, field = config) => fields.get(field) ?? valueIn(await ask(['CONFIG', 'GET', config])),
  }
}

/**
 * CONFIG GET answers names and values: a list, or with RESP3 a map, of which clients make what they
 * are told to.
 */
function valueIn({ reply }: Answer): string | undefined {
  const value = Array.isArray(reply)
    ? reply[1]
    : [...(reply instanceof Map ? reply.values() : Object.values(Object(reply)))][0]
  return typeof value === 'string' ? value : undefined
}
