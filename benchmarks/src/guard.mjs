// @ts-check
// The regression guard: a short benchmark, compared with the baseline of the processor. `--write`
// writes that baseline.
// `--slowed` measures a build whose checks are slower: a control, which fails if the guard does not
// find that each of them is.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { baselineName, baselineOf } from './guard/baseline.mjs'
import { checkPairs, guardBenchmark, marginOf } from './guard/benchmark.mjs'
import { compare } from './guard/compare.mjs'
import { formatResult, runBenchmark } from './measure/benchmark.mjs'
import { formatNumber, formatTable } from './measure/figures.mjs'
import { titleOf } from './measure/rounds.mjs'
import { readResults, writeResult } from './results/file.mjs'

const { values } = parseArgs({
  options: { write: { type: 'boolean', default: false }, slowed: { type: 'boolean', default: false } },
})
const baselinePath = fileURLToPath(new URL('../results/baseline.json', import.meta.url))

if (values.slowed) {
  const hook = new URL('guard/slowed-build.mjs', import.meta.url)
  process.env['NODE_OPTIONS'] = `${process.env['NODE_OPTIONS'] ?? ''} --import=${hook}`
}
console.log(`The guard takes about ${(guardBenchmark.seconds * guardBenchmark.rounds) / 60} minutes.`)
const result = await runBenchmark(guardBenchmark, guardBenchmark.rounds, (done, text) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${Math.round(done * 100)}%, ${text}`)
})
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
const { failed = [] } = result

if (values.write && failed.length === 0) {
  writeResult(baselinePath, baselineName(result.machine.cpu), result)
  console.log(`${formatResult(guardBenchmark, result)}\nBaseline: ${baselinePath}`)
} else {
  const { cpu } = result.machine
  const baselines = readResults(baselinePath).benchmarks
  const baseline = baselineOf(baselines, cpu)
  if (baselines[baselineName(cpu)] === undefined)
    console.log(`No baseline is of this processor: compared with the highest figures of others. --write writes one.`)
  const comparisons = compare(baseline, result, marginOf)
  const rows = comparisons.map(({ title, baseline, measured, most, isFine }) => {
    return [title, ...[baseline, measured, most].map((value) => formatNumber(value, 2)), isFine ? 'fine' : 'WORSE']
  })
  console.log(formatTable(['', 'baseline', 'measured', 'at most', ''], rows))
  for (const failure of failed) console.log(`FAILED: ${titleOf(failure)}: ${failure.error}`)
  const worse = comparisons.filter(({ isFine }) => !isFine)
  if (values.slowed) judgeControl(worse)
  else if (failed.length > 0 || worse.length > 0) {
    console.log(`Worse than the baseline of ${baseline.date}.`)
    process.exitCode = 1
  } else console.log('No regression.')
}

/** @param {readonly import('./guard/compare.mjs').Comparison[]} worse */
function judgeControl(worse) {
  const missed = checkPairs.filter((variant) => !worse.some(({ title }) => title === `${variant}: cost`))
  if (failed.length === 0 && missed.length === 0)
    return console.log('The guard fails for the slowed build, as it must.')
  console.log(`The guard does not see that the build is slower: ${missed.join('; ')}.`)
  process.exitCode = 1
}
