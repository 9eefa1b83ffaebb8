// @ts-check
import { isStore } from './ours.mjs'

/** @param {string} of @param {string} title */
const panel = (of, title) => ({ title, benchmark: 'memory', metric: 'memory', group: { of } })

/** @type {import('../data.mjs').ChartSpec} */
export const memoryChart = {
  name: 'memory',
  title: 'Memory of a revoked token, and of a session',
  form: 'rows',
  panels: [
    panel('a revoked token, in Redis', 'A revoked token, in Redis'),
    panel('a revoked token, in the process', 'A revoked token, in the process'),
    {
      title: 'The same in a mirror, by marks',
      benchmark: 'scan',
      metric: 'memory of the process per mark',
      label: ({ group }) => `mirror, ${Number(group?.['marks']).toLocaleString('en')} marks`,
    },
    panel('a token that is known, in the process', 'A token that is not revoked, in the local cache'),
    panel('a session, 1 of a subject, in Redis', 'A session in Redis, one of its subject'),
    panel('a session, 3 of a subject, in Redis', 'A session in Redis, three of its subject'),
  ],
  axis: 'bytes each, with ids of 36 characters (less is better)',
  scale: 'linear',
  isOurs: (variant) => isStore(variant) || /^(an absence|mirror)/.test(variant),
  shows: 'By how much the memory of the server, or the heap of the process, grows with each of them.',
  hides:
    'It does not show what the smaller ones cannot do: a Map never forgets what has expired, and a label of jwt-redis cannot be listed.',
}
