// @ts-check
import { isStore } from './ours.mjs'

/** @type {import('../data.mjs').ChartSpec} */
export const postgresChart = {
  name: 'postgres',
  title: 'Checks a second over PostgreSQL',
  form: 'rows',
  panels: [64, 1].map((callers) => ({
    title: `${callers} at a time`,
    benchmark: 'postgres',
    metric: 'checks',
    group: { marks: 1_000_000, callers },
    label: labelOf,
  })),
  axis: 'checks a second (each step of the axis is ten times the last)',
  scale: 'log',
  isOurs: isStore,
  shows:
    'Checks a second over a million rows, with a pool of ten connections. Checks that wait share a statement. Each row says how many ids it looks up: a table as people write it is asked for one.',
  hides:
    'It does not show a cache, which answers without a statement, nor a network: client, server and load share two cores.',
}

/** @type {import('../data.mjs').ChartSpec} */
export const databaseGrowthChart = {
  name: 'databases',
  title: 'The time of a check in a database',
  form: 'rows',
  panels: [
    ...[1_000, 1_000_000].map((marks) => ({
      title: `SQLite, one at a time, ${marks.toLocaleString('en')} marks`,
      benchmark: 'sqlite',
      metric: 'find, p50',
      group: { marks },
      label: labelOf,
    })),
    ...[1_000, 1_000_000].map((marks) => ({
      title: `PostgreSQL, 64 at a time, ${marks.toLocaleString('en')} marks`,
      benchmark: 'postgres',
      metric: 'p50',
      group: { marks, callers: 64 },
      label: labelOf,
      only: (/** @type {string} */ label) => label.startsWith('postgresStore over pg'),
    })),
  ],
  axis: 'p50 of a look-up of four ids, µs (each step is ten times the last, less is better)',
  scale: 'log',
  isOurs: isStore,
  shows:
    'How the time of a look-up grows with the number of revocations that are live, and what pruning and vacuum add to it.',
  hides:
    'It does not compare the two: over SQLite one look-up follows another, in the same process, and over PostgreSQL 64 wait for one another.',
}

/** @param {{ variant: string, group?: import('../data.mjs').Group }} series */
function labelOf({ variant, group }) {
  const { meanwhile } = group ?? {}
  return meanwhile === undefined ? variant : `${variant}, ${meanwhile}`
}
