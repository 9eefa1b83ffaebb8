// @ts-check
// The options of the command line. Nothing here is installed, so that mistakes and `--help` are
// answered at once.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readResults } from '../results/file.mjs'

export const resultsPath = fileURLToPath(new URL('../../results/results.json', import.meta.url))

/**
 * Reads the options. Throws a TypeError for one that is unknown, and a RangeError for rounds that
 * are no positive whole number.
 *
 * @param {readonly string[]} args
 */
export function parseOptions(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string' },
      only: { type: 'string' },
      out: { type: 'string', default: resultsPath },
      strict: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
  if (rounds !== undefined && !(Number.isSafeInteger(rounds) && rounds > 0)) {
    throw new RangeError('rounds must be a whole number, at least 1.')
  }
  return { ...values, rounds }
}

/** Returns what `--help` prints. */
export function helpText() {
  return `npm run bench -- [options]

  --only=latency,hits   some of the benchmarks
  --rounds=3            fewer (or more) rounds than usual
  --out=path            another results file
  --strict              fails if a target is missed

Benchmarks: ${Object.keys(readResults(resultsPath).benchmarks).join(', ')}
It installs the peers, and starts the servers that it measures.
Results: ${resultsPath}
Then it draws the charts and fills in the figures of all documents, as npm run charts and npm run figures do.
The guard of the ratios: npm run bench:guard.`
}
