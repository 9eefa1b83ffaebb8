import { type Script, script } from '../marks/scripts.ts'

/** The most entries of one page, and the size at which a page ends, in bytes. */
const maxEntries = 1_000
const maxBytes = 262_144

/** The number of entries that are fetched from the stream at once. */
const step = 100

/**
 * A script that reads what follows a position of the log. KEYS: feed, log. ARGV: epoch if new; then
 * the epoch, sequence and tip of the position, or nothing. It returns 'page' or 'reset', and the
 * epoch, sequence and tip of the end of the log; a page is followed by the tip, name and mark of
 * each entry.
 *
 * - The first command is one that writes, although it never trims anything. A server that is not
 *   the primary, or not any more, therefore refuses the script (READONLY, NOREPLICAS), and a full
 *   one does not. Nothing gets into the append-only file.
 * - A log that does not exist begins, so that its position is the same for all who read it.
 * - Each entry names the tip before it, and the next one follows it in number. If the stream was
 *   trimmed or changed by others, this does not hold, and the result is 'reset'.
 */
export const readLogScript: Script = script(`
local feed, log = KEYS[1], KEYS[2]
redis.call('XTRIM', log, 'MAXLEN', '~', '9007199254740991')
local head = redis.call('HMGET', feed, 'epoch', 'sequence', 'tip')
if not (head[1] and head[2] and head[3]) then
  head = { ARGV[1], '0', '' }
  redis.call('DEL', log)
  redis.call('HSET', feed, 'epoch', head[1], 'sequence', head[2], 'tip', head[3])
end
local reset, page = { 'reset', head[1], head[2], head[3] }, { 'page', head[1], head[2], head[3] }
local last, sequence, tip = tonumber(head[2]), tonumber(ARGV[3]), ARGV[4]
if ARGV[2] ~= head[1] or not (sequence and sequence <= last) then return reset end
local n, bytes = 0, 0
while sequence < last and n < ${maxEntries} and bytes < ${maxBytes} do
  local from, to = string.format('%d-0', sequence + 1), string.format('%d-0', last)
  local entries = redis.call('XRANGE', log, from, to, 'COUNT', ${step})
  if #entries == 0 then return reset end
  for _, entry in ipairs(entries) do
    local fields = {}
    for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
    local own, name, mark = fields['tip'], fields['key'], fields['mark']
    sequence = sequence + 1
    if entry[1] ~= string.format('%d-0', sequence) or fields['previous'] ~= tip or not (own and name and mark) then
      return reset
    end
    page[3 * n + 5], page[3 * n + 6], page[3 * n + 7] = own, name, mark
    n, bytes, tip = n + 1, bytes + #own + #name + #mark, own
  end
end
if sequence == last and tip ~= head[3] then return reset end
return page
`)
