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
