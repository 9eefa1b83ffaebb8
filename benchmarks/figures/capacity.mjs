// @ts-check
// The memory that the capacity calculator reckons with, from the results.

/** @typedef {import('./reader.mjs').FigureReader} FigureReader */

const memory = { benchmark: 'memory', metric: 'memory' }
const mark = { ...memory, variant: 'a mark of `revoke({ token })`', group: { of: 'a revoked token, in Redis' } }

/**
 * Returns bytes by the name of the constant in `docs/.vitepress/capacity/costs.ts`. A session and
 * its subject are those that explain one and three sessions of a subject.
 *
 * @param {FigureReader} read
 * @returns {Readonly<Record<string, number>>}
 */
export function capacityCosts(read) {
  const median = (/** @type {import('./reader.mjs').Place} */ place) => read.spread(place).median
  const [alone, ofThree] = [1, 3].map((each) =>
    median({
      ...memory,
      variant: 'a session of `redisSessions`',
      group: { of: `a session, ${each} of a subject, in Redis` },
    }),
  )
  const subject = ((alone ?? Number.NaN) - (ofThree ?? Number.NaN)) * 1.5
  return {
    markInRedis: median(mark),
    logEntry: median({ ...mark, metric: 'an entry of the change log' }),
    session: (alone ?? Number.NaN) - subject,
    subjectOfSessions: subject,
    markInMemory: median({
      ...memory,
      variant: 'a mark of `memoryStore`',
      group: { of: 'a revoked token, in the process' },
    }),
    markInMirror: median({
      benchmark: 'scan',
      variant: 'mirror',
      metric: 'memory of the process per mark',
      group: { marks: 100_000 },
    }),
  }
}

/**
 * Returns the source of the constants with each of these written anew, as a whole number of bytes.
 *
 * @param {string} source
 * @param {Readonly<Record<string, number>>} costs
 */
export function fillCosts(source, costs) {
  return Object.entries(costs).reduce((text, [name, value]) => {
    const pattern = new RegExp(`^(export const ${name} = )[\\d_.]+$`, 'm')
    if (!pattern.test(text) || !Number.isFinite(value)) throw new Error(`costs.ts has no place for ${name}.`)
    return text.replace(pattern, `$1${Math.round(value)}`)
  }, source)
}
