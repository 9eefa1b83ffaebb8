import type { Answer, DiagnosticConnection } from './diagnostic-connection.ts'

/** Fields and settings that a server reports. */
export interface ServerInfo {
  /** Returns a field of INFO. */
  readonly field: (name: string) => string | undefined
  /**
   * Returns a setting: from INFO, possibly under another name, or else from CONFIG if that is
   * allowed.
   */
  readonly setting: (config: string, field?: string) => Promise<string | undefined>
}

/** Reads the answer to INFO. A refused INFO has no fields. */
export function readInfo(answer: Answer, { ask }: DiagnosticConnection): ServerInfo {
  const fields = new Map<string, string>()
  for (const [, name = '', value = ''] of String(answer.reply).matchAll(/^(\w+):(.*?)\r?$/gm)) fields.set(name, value)
  return {
    field: (name) => fields.get(name),
    setting: async (config, field = config) => fields.get(field) ?? valueIn(await ask(['CONFIG', 'GET', config])),
  }
}

/**
 * Returns the value in an answer to CONFIG GET. The reply is a list of names and values or, with
 * RESP3, a map, which clients convert as configured.
 */
function valueIn({ reply }: Answer): string | undefined {
  const value = Array.isArray(reply)
    ? reply[1]
    : [...(reply instanceof Map ? reply.values() : Object.values(Object(reply)))][0]
  return typeof value === 'string' ? value : undefined
}
