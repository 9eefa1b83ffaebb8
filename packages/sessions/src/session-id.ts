// Every JavaScript runtime has these, but the library of the language does not declare them.
declare const crypto: {
  getRandomValues(bytes: Uint8Array): Uint8Array
  readonly subtle: { digest(algorithm: string, data: Uint8Array): Promise<ArrayBuffer> }
}
declare const TextEncoder: new () => { encode(text: string): Uint8Array }
declare function btoa(binary: string): string

/** 128 bits, which no guess finds (ASVS 5.0, 7.2.3). */
const byteCount = 16

/** The form of the ids that `createSessionId` returns: two times 16 bytes in base64url. */
const form = /^([\w-]{22})\.([\w-]{22})$/

/**
 * Returns a new session id: 128 random bits, and a hash of them and the subject. Nobody can guess
 * it, and code that has an id and a subject can tell without a look-up whether they belong
 * together. `close` does so before it revokes anything.
 *
 * `open` makes one by itself. Give it one if the same login may have to be repeated after a
 * failure: then it is listed once.
 *
 * @example
 * ```ts
 * import { createSessionId, type Sessions } from '@revoked/sessions'
 *
 * // Sessions that another system opens, such as an identity provider of yours.
 * const sid = await createSessionId('alice')
 * const open = (sessions: Sessions<unknown>) => sessions.open({ subject: 'alice', id: sid })
 * ```
 */
export async function createSessionId(subject: string): Promise<string> {
  const random = toBase64url(crypto.getRandomValues(new Uint8Array(byteCount)))
  return `${random}.${await bindingOf(random, subject)}`
}

/**
 * Returns whom an id belongs to: `'subject'` to this one, `'other'` to another one. `'unknown'` is
 * said of every id that {@link createSessionId} did not make.
 */
export async function ownerOf(id: string, subject: string): Promise<'subject' | 'other' | 'unknown'> {
  const [, random, binding] = form.exec(id) ?? []
  if (random === undefined) return 'unknown'
  return binding === (await bindingOf(random, subject)) ? 'subject' : 'other'
}

/** The random part has a fixed length, so no two pairs of it and a subject are the same text. */
async function bindingOf(random: string, subject: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(random + subject))
  return toBase64url(new Uint8Array(digest, 0, byteCount))
}

function toBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
