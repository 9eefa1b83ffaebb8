import { appendFileSync } from 'node:fs'
import type { Verdict } from './verdict.ts'

/** Prints the measurements, and appends them to the file in `ORACLE_TABLE`. */
export function tableOf(what: string, verdicts: ReadonlyMap<string, Verdict>): void {
  const rows = [...verdicts].map(
    ([name, { longestMs, localShare, answers, recoveredMs, askedAgain, gaps, resets, lost }]) =>
      [
        name,
        `${Math.ceil(longestMs)} ms`,
        `${(localShare * 100).toFixed(1)}%`,
        answers.toLocaleString('en'),
        Number.isFinite(recoveredMs) ? `${Math.ceil(recoveredMs)} ms` : '',
        askedAgain,
        gaps,
        resets,
        lost,
      ].join(' | '),
  )
  const head = [
    `${what}, through`,
    'longest staleness',
    'local share',
    'local answers',
    'local again after',
    'remote reads after the fault',
    'gaps',
    'resets',
    'revocations lost',
  ]
  const table = [head.join(' | '), head.map((_, column) => (column === 0 ? '---' : '--:')).join(' | '), ...rows]
  const text = `${table.map((row) => `| ${row} |`).join('\n')}\n`
  process.stdout.write(`\n${text}\n`)
  const path = process.env['ORACLE_TABLE']
  if (path !== undefined) appendFileSync(path, `${text}\n`)
}
