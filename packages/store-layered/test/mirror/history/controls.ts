/** A change of the sources of the mirror. The replaced text occurs exactly once in its file. */
export interface Replacement {
  readonly file: string
  readonly text: string
  readonly by: string
}

/** A mirror without one of its rules, which the schedules must detect. */
export interface Control {
  readonly name: string
  readonly replacements: readonly Replacement[]
}

/** The rules of the mirror, each one left out. */
export const controls: readonly Control[] = [
  {
    name: 'a scan that restores what was forgotten meanwhile',
    replacements: [{ file: 'local-copy.ts', text: ' && !forgotten.has(key)', by: '' }],
  },
  {
    name: 'entries that are not applied while the scan runs',
    replacements: [{ file: 'log-mirror.ts', text: 'scan?.copy()?.apply(entry)', by: '' }],
  },
  {
    name: 'a copy that is served on after a reset',
    replacements: [{ file: 'log-mirror.ts', text: 'isComplete = false\n      begin()', by: 'begin()' }],
  },
  {
    name: 'a scan that goes on after a reset',
    replacements: [
      {
        file: 'log-mirror.ts',
        text: 'isComplete = false\n      begin()',
        by: 'isComplete = false\n      if (scan === undefined) begin()',
      },
    ],
  },
  {
    name: 'a copy that is not changed while another one is scanned',
    replacements: [
      { file: 'log-mirror.ts', text: 'copy?.apply(entry)\n', by: 'if (scan === undefined) copy?.apply(entry)\n' },
    ],
  },
  {
    name: 'a copy that is served without a lease',
    replacements: [{ file: 'lookup.ts', text: ' && followers[log]?.isLive(monotonic, wall) === true', by: '' }],
  },
  {
    name: 'keys that are dropped at a push that does not fit',
    replacements: [
      {
        file: 'mirrored-store.ts',
        text: 'renew: (log) =>',
        by: `suspect: (keys, log) => {
        for (const key of keys)
          mirrors[log]?.apply({ position: { epoch: '', sequence: 0, tip: '' }, previousTip: '', key, mark: undefined })
      },
      renew: (log) =>`,
      },
    ],
  },
  {
    name: 'own writes that are answered locally at once',
    replacements: [{ file: 'own-writes.ts', text: 'isEmpty: () => byKey.size === 0', by: 'isEmpty: () => true' }],
  },
  {
    name: 'own writes that a read confirms which was sent before their end',
    replacements: [
      { file: 'own-writes.ts', text: 'pending.inFlight > 0 || pending.endedAt >= sentAt', by: 'pending.inFlight > 0' },
    ],
  },
]
