/**
 * A script that returns the commands that the user may not run, and the error of a write. KEYS:
 * scratch, feed. ARGV: channel, message, how to publish.
 *
 * A server before 7.0 cannot be asked what a user may do, so the script runs each command there.
 * The write comes first, because a script that has written is no longer refused. The write also
 * makes HSET fail, so that no hash is left if DEL is denied.
 */
export const rightsScript: string = `
local written = redis.pcall('SET', KEYS[1], '', 'PX', '1000')
local function allows(command)
  if redis.acl_check_cmd then return redis.acl_check_cmd(unpack(command)) end
  local reply = redis.pcall(unpack(command))
  return not (type(reply) == 'table' and reply.err and (string.find(reply.err, "executing the script can't") or string.find(reply.err, 'ACL failure')))
end
local denied = {}
for _, command in ipairs({
  { 'HMGET', KEYS[2], 'epoch', 'sequence', 'tip' },
  { 'HSET', KEYS[1], 'field', '' },
  { 'SET', KEYS[1], '', 'PX', '1000' },
  { 'EXISTS', KEYS[1] },
  { 'TIME' },
  { 'GET', KEYS[1] },
  { 'MGET', KEYS[1] },
  { 'XADD', KEYS[1], 'NOMKSTREAM', '*', 'a', '' },
  { 'XTRIM', KEYS[1], 'MAXLEN', '1' },
  { 'XRANGE', KEYS[1], '-', '+', 'COUNT', '1' },
  { 'SCAN', '0', 'COUNT', '1' },
  { 'DEL', KEYS[1] },
  { redis.acl_check_cmd and ARGV[3] or 'PUBLISH', ARGV[1], ARGV[2] },
}) do
  if not allows(command) then table.insert(denied, command[1]) end
end
redis.pcall('DEL', KEYS[1])
if redis.acl_check_cmd then redis.pcall(ARGV[3], ARGV[1], ARGV[2]) end
return { table.concat(denied, ' '), #denied == 0 and written.err or '' }
`
