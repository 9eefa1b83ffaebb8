// @ts-check
import { randomUUID } from 'node:crypto'

/**
 * @typedef {{ iss: string, aud: string, sub: string, sid: string, jti: string, iat: number, exp:
 *   number }} Payload
 * @typedef {{ revokedTokens: Payload[], otherTokens: Iterable<Payload>, sessions: Iterable<string>,
 *   subjects: Iterable<string> }} Revoked
 */

export const tokenCount = 10_000

/** How many of the tokens are revoked, each by its `jti`. */
export const revokedCount = 100

/**
 * How many marks there are per scope. The sessions and subjects are never those of the tokens that
 * are checked.
 */
export const markCounts = {
  small: { jti: revokedCount, sid: 100, sub: 100 },
  large: { jti: 700_000, sid: 200_000, sub: 100_000 },
}

/** Creates payloads of tokens that are issued now, as the texts that a verifier parses. */
export function createTokenTexts() {
  return Array.from({ length: tokenCount }, () => JSON.stringify(createPayload()))
}

/**
 * @param {readonly string[]} texts
 * @returns {Payload[]}
 */
export function parseTokens(texts) {
  return texts.map((text) => JSON.parse(text))
}

/**
 * Returns what is revoked, parsed again, so that ids in a store and in a check are different
 * strings.
 *
 * @param {readonly string[]} texts
 * @param {{ jti: number, sid: number, sub: number }} counts
 * @returns {Revoked}
 */
export function revokedAmong(texts, counts) {
  const every = texts.length / revokedCount
  return {
    revokedTokens: parseTokens(texts.filter((_, index) => index % every === 0)),
    otherTokens: generate(counts.jti - revokedCount, createPayload),
    sessions: generate(counts.sid, createId),
    subjects: generate(counts.sub, () => `user-${createId()}`),
  }
}

/**
 * @template T
 * @param {Iterable<T>} items
 * @param {number} size
 * @returns {Generator<T[]>}
 */
export function* batchesOf(items, size) {
  /** @type {T[]} */
  let batch = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/**
 * Creates an id as a flat string. `randomUUID` makes a rope, which takes more memory than an id of
 * a parsed payload.
 */
export function createId() {
  return JSON.parse(`"${randomUUID()}"`)
}

/** @returns {Payload} */
export function createPayload() {
  const iat = Math.floor(Date.now() / 1_000)
  return {
    iss: 'https://login.example',
    aud: 'api',
    sub: `user-${createId()}`,
    sid: createId(),
    jti: createId(),
    iat,
    exp: iat + 900,
  }
}

/**
 * @template T
 * @param {number} count
 * @param {() => T} create
 */
function* generate(count, create) {
  for (let index = 0; index < count; index++) yield create()
}

/**
 * Creates keys of random ids: 70% of tokens, 20% of sessions and 10% of subjects.
 *
 * @param {number} count
 * @returns {Generator<import('@revoked/core').Key>}
 */
export function* mixedKeys(count) {
  for (let index = 0; index < count; index++) {
    const place = index % 10
    yield { scope: place < 7 ? 'jti' : place < 9 ? 'sid' : 'sub', value: createId() }
  }
}

/**
 * Creates keys of tokens, of random ids.
 *
 * @param {number} count
 * @returns {Generator<import('@revoked/core').Key>}
 */
export function* keysOfTokens(count) {
  for (let index = 0; index < count; index++) yield { scope: 'jti', value: createId() }
}
