import { decodeMark } from '@revoked/core'
import pg from 'pg'

/**
 * A cache that keeps what it reads until PostgreSQL notifies it, as caches in front of a database
 * are usually built. It begins anew with each connection that listens.
 */
export function cacheByNotify(remote, _, { prefix, subscriberPort }) {
  const known = new Map()
  listen(subscriberPort, `${prefix}.changes`, () => known.clear())
  return {
    find: ([key]) => {
      const local = known.get(key.value)
      return local ?? Promise.resolve(remote.find([key])).then((found) => keep(key.value, found))
    },
  }

  function keep(value, found) {
    known.set(value, found)
    return found
  }
}

/** Listens, and connects again whenever the connection is lost. */
function listen(port, channel, heard) {
  const client = new pg.Client({ host: '127.0.0.1', user: 'revoked', database: 'postgres', port })
  let isLost = false
  const again = () => {
    if (isLost) return
    isLost = true
    setTimeout(() => listen(port, channel, heard), 50)
  }
  client.on('error', again)
  client.on('end', again)
  client.on('notification', heard)
  client
    .connect()
    .then(() => client.query(`LISTEN "${channel}"`))
    .then(heard, again)
}

/**
 * A store whose log has the order of a serial, as logs in tables are usually built: what follows
 * the last number that was seen is new. `prefix.serial_log` is filled by a trigger.
 */
export function overSerialLog(remote, client, { prefix }) {
  const epoch = 'serial'
  const run = client.execute ?? (async (sql, values) => (await client.query(sql, values)).rows)
  const select = `SELECT id::int, scope, value, mark FROM ${prefix}.serial_log WHERE id > $1 ORDER BY id LIMIT 500`
  return {
    ...remote,
    read: async (_, after) => {
      if (after?.epoch !== epoch) {
        const [{ id }] = await run(`SELECT coalesce(max(id), 0)::int AS id FROM ${prefix}.serial_log`, [])
        return { reset: true, position: { epoch, sequence: 0, tip: String(id) } }
      }
      const rows = await run(select, [Number(after.tip)])
      let { sequence, tip: previousTip } = after
      const entries = rows.map(({ id, scope, value, mark }) => {
        const position = { epoch, sequence: ++sequence, tip: String(id) }
        const entry = { position, previousTip, key: { scope, value }, mark: decodeMark(mark) }
        previousTip = position.tip
        return entry
      })
      return { reset: false, entries, position: entries.at(-1)?.position ?? after, complete: rows.length < 500 }
    },
  }
}
