import { expect, test } from 'vitest'
import { isReply, isUnknownCommand, redacted } from '../../src/clients/redis-error.ts'

test.each([
  ["OOM command not allowed when used memory > 'maxmemory'.", 'OOM'],
  ["READONLY You can't write against a read only replica. script: 0a1b, on @user_script:9.", 'READONLY'],
  // Servers before 7.0 report an error within a script like this.
  ['ERR Error running script (call to f_0a1b): @user_script:9: WRONGTYPE Operation against a key', 'WRONGTYPE'],
  ['ERR Error running script (call to f_0a1b): @user_script: 9: -OOM command not allowed', 'OOM'],
  ["ERR unknown command 'EVALSHA_RO', with args beginning with: 'S3CRET'", 'ERR'],
  ['Too many Cluster redirections. Last error: ReplyError: ASK 5061 127.0.0.1:7000', 'TRYAGAIN'],
])('keeps the first word of a server error: %s', (message, word) => {
  const error = redacted(new Error(message))
  expect(error.message).toBe(`Redis did not carry out the command: ${word}.`)
  expect([isReply(error), isReply(error, word), isReply(error, 'LOADING')]).toEqual([true, true, false])
})

test.each([
  [Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:6379'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }), 'ECONNRESET'],
  [new Error('Connection is closed.'), 'Error'],
  [new Error('The client is offline'), 'Error'],
  [undefined, 'unknown'],
])('takes no error of the client for a reply: %s', (cause, word) => {
  const error = redacted(cause)
  expect(error.reply).toBe(word)
  expect(isReply(error)).toBe(false)
})

test.each([
  ["ERR unknown command 'EVALSHA_RO', with args beginning with: 'S3CRET'", true],
  ["ERR The user executing the script can't run this command or subcommand script: 0a1b", false],
  ["NOPERM this user has no permissions to run the 'evalsha_ro' command", false],
])('tells an unknown command from other errors: %s', (message, expected) => {
  expect(isUnknownCommand(redacted(new Error(message)))).toBe(expected)
  expect(isUnknownCommand(new Error(message))).toBe(false)
})

test.each<[cause: unknown, says: RegExp]>([
  [
    Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:6379'), { code: 'ECONNREFUSED' }),
    /: ECONNREFUSED \(no server listens/,
  ],
  [Object.assign(new Error('getaddrinfo ENOTFOUND db.internal'), { code: 'ENOTFOUND' }), /: ENOTFOUND \(the name/],
  [
    new Error("Stream isn't writeable and enableOfflineQueue options is false"),
    /was connect\(\) called\?.*queue is off/,
  ],
  [new Error('The client is closed'), /the client is closed, or connect\(\) was never called/],
  [new Error('WRONGPASS invalid username-password pair or user is disabled.'), /: WRONGPASS \(the user or/],
  [new Error('NOAUTH Authentication required.'), /: NOAUTH \(the server requires a password\)/],
])('says why Redis cannot be used, and what says more: %s', (cause, says) => {
  const { message } = redacted(cause)
  expect(message).toMatch(says)
  expect(message).toMatch(/ diagnoseRedis\(client\) says more\.$/)
})

test('says what the last error of a client without connection was', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:6379'), { code: 'ECONNREFUSED' })
  expect(redacted(new Error('The client is offline'), refused).message).toMatch(
    /last error of the client: ECONNREFUSED/,
  )
})

test.each([
  new Error('Cannot reach s3cret at 10.0.0.7:6379'),
  Object.assign(new Error('connect EPIPE s3cret 10.0.0.7'), { code: 'EPIPE' }),
  Object.assign(new Error('x'), { code: 's3cret 10.0.0.7' }),
  new Error('WRONGPASS s3cret 10.0.0.7'),
])('shows nothing else of the messages and codes of a client: %s', (cause) => {
  for (const { message, reply } of [redacted(cause), redacted(new Error('The client is offline'), cause)])
    expect(message + reply).not.toMatch(/s3cret|10\.0/)
})
