import { createHash, randomBytes } from 'node:crypto'
import type { Key } from '@revoked/core'
import { type BrokenLog, rewriting, withPeer, wrapped } from './break-log.ts'

function hashed({ scope, value }: Key, salt = ''): Key {
  return { scope, value: createHash('sha256').update(salt).update(value).digest('base64url') }
}

/** Stores that name keys or logs wrongly. */
export const brokenKeys: readonly BrokenLog[] = [
  {
    bug: 'hashes with a salt of the process',
    detectedBy: 'names a key the same every time, on every handle',
    open: withPeer(() => {
      const salt = randomBytes(8).toString('hex')
      return { logKey: (key) => hashed(key, salt) }
    }),
  },
  {
    bug: 'changes the scope',
    detectedBy: 'names a key the same every time, on every handle',
    open: wrapped(() => ({ logKey: ({ scope, value }) => ({ scope: `revoked:${scope}`, value }) })),
  },
  {
    bug: 'cuts long values off',
    detectedBy: 'gives different keys different names',
    open: wrapped(() => ({ logKey: ({ scope, value }) => ({ scope, value: value.slice(0, 1_000) }) })),
  },
  {
    bug: 'folds case',
    detectedBy: 'gives different keys different names',
    open: wrapped(() => ({ logKey: ({ scope, value }) => ({ scope, value: value.toLowerCase() }) })),
  },
  {
    bug: 'hashes a name, and uses the key in the log',
    detectedBy: 'uses these names in the log',
    open: wrapped(() => ({ logKey: (key) => hashed(key) })),
  },
  {
    bug: 'uses a name in the log, and says that it is the key',
    detectedBy: 'uses these names in the log',
    open: rewriting((entries) => entries.map(({ key, mark }) => ({ key: hashed(key), mark }))),
  },
  {
    bug: 'has every change in every log',
    detectedBy: 'has the changes of a key in the log of the key, and in no other',
    open: wrapped((store) => ({
      logs: 2,
      logOf: ({ value }) => value.length % 2,
      read: (_, after) => store.read(0, after),
    })),
  },
  {
    bug: 'chooses a log on each call',
    detectedBy: 'has the changes of a key in the log of the key, and in no other',
    open: wrapped((store) => {
      let calls = 0
      return { logs: 2, logOf: () => calls++ % 2, read: (_, after) => store.read(0, after) }
    }),
  },
  {
    bug: 'counts logs from 1',
    detectedBy: 'has the changes of a key in the log of the key, and in no other',
    open: wrapped(() => ({ logOf: () => 1 })),
  },
  {
    bug: 'reads logs that do not exist',
    detectedBy: 'throws a RangeError for a log that does not exist',
    open: wrapped((store) => ({ read: (_, after) => store.read(0, after) })),
  },
  {
    bug: 'scans logs that do not exist',
    detectedBy: 'throws a RangeError for a log that does not exist',
    open: wrapped((store) => ({ scan: () => store.scan(0) })),
  },
  {
    bug: 'subscribes to logs that do not exist',
    detectedBy: 'throws a RangeError for a log that does not exist',
    open: wrapped((store) => ({ subscribe: (_, listener) => store.subscribe(0, listener) })),
  },
  {
    bug: 'throws any error for a log that does not exist',
    detectedBy: 'throws a RangeError for a log that does not exist',
    open: wrapped((store) => ({
      read: async (log, after) => {
        if (log !== 0) throw new TypeError('no such log')
        return await store.read(log, after)
      },
    })),
  },
]
