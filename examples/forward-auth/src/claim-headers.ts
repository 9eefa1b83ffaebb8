/** Claims of a token as header fields, for the service behind the proxy. */

/** A claim, and the header field that it goes into. */
export interface ClaimHeader {
  readonly claim: string
  readonly header: string
}

/** As much as the buffers of common proxies take beside other fields. */
const maxBytes = 2_048

/** Fields that proxies act on. */
const reserved = /^x-(?:accel|forwarded|envoy|original|real|auth-request)-/i

/**
 * Reads `claim=Header` pairs, separated by commas.
 *
 * @throws Error for a name that a proxy or a server might take for another one.
 */
export function claimHeaders(given: string): readonly ClaimHeader[] {
  const pairs = given
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [, claim, header] = /^([^=\s]+)=(X-[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)$/.exec(pair) ?? []
      // CGI and WSGI take underscores for hyphens, so a field with one could be set by a client.
      if (claim === undefined || header === undefined)
        throw new Error(
          'must be pairs such as sub=X-Auth-Subject; a field begins with X- and has letters, digits, hyphens',
        )
      if (reserved.test(`${header}-`))
        throw new Error('must not name fields that proxies act on, such as X-Forwarded-*')
      return { claim, header }
    })
  const names = pairs.map(({ header }) => header.toLowerCase())
  if (new Set(names).size < names.length) throw new Error('must not name a field twice')
  return pairs
}

/**
 * Returns the value of every field. A claim that the token lacks, or that is an object, is an empty
 * value: the proxy then overwrites what the client has sent.
 *
 * @throws RangeError if the values are too long: cut off, they would mean something else.
 */
export function headersOf(
  claims: Readonly<Record<string, unknown>>,
  headers: readonly ClaimHeader[],
): Readonly<Record<string, string>> {
  const entries = headers.map(({ claim, header }) => [header, fieldOf(claims[claim])] as const)
  const bytes = entries.reduce((sum, [header, value]) => sum + header.length + value.length, 0)
  if (bytes > maxBytes) throw new RangeError(`The claims of CLAIM_HEADERS take more than ${maxBytes} bytes.`)
  return Object.fromEntries(entries)
}

/**
 * Returns a list of values, separated by commas. `decodeURIComponent` of each item is the value
 * again, so no value can be taken for two, or for another one.
 */
function fieldOf(claim: unknown): string {
  const items: readonly unknown[] = Array.isArray(claim) ? claim : [claim]
  const texts = items.map(textOf)
  return texts.every((item) => item !== undefined) ? texts.map(encode).join(',') : ''
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'boolean' || Number.isFinite(value) ? String(value) : undefined
}

/**
 * Encodes what a field cannot have: everything but visible ASCII and single spaces inside, and the
 * two characters of the encoding itself. Lone surrogates, which UTF-8 does not have, are replaced.
 */
function encode(value: string): string {
  const encoded = value.toWellFormed().replace(/[^\x20-\x7e]+|[%,]/gu, encodeURIComponent)
  return encoded.replace(/^ +| +$| {2,}/g, encodeURIComponent)
}
