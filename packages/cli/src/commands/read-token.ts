import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import type { Claims } from '@revoked/core'
import { misuse } from '../errors.ts'
import { readInput } from '../input/read-input.ts'

/** Headers of requests have at most some kB. */
const maxTokenBytes = 500_000

/** Returns the option for the file of a token, or for stdin. It refuses the token itself. */
export function tokenOption() {
  return new Option('--token <file>', 'the token in a file, or - for stdin: a JWT, or its claims as JSON').argParser(
    (file) => {
      if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(file) || file.length < 40) return file
      throw new InvalidArgumentError(
        'It takes the name of a file, or - for stdin. A token in an argument is visible to every user of this machine: revoke it, and do not pass it again.',
      )
    },
  )
}

/**
 * Reads the claims of a token from a file, or from stdin if it is called `-`: a JWT, or its payload
 * as JSON. The signature is not verified, since only the application has the keys.
 *
 * @throws CliError (misuse, rejects) if it is neither. It quotes nothing of it.
 */
export async function readToken(file: string): Promise<Claims> {
  if (file === '-' && process.stdin.isTTY) process.stderr.write('Paste the token, then press Enter and Ctrl-D:\n')
  const content = await readInput(file, { option: '--token', maxBytes: maxTokenBytes })
  return claimsIn(content.trim())
}

function claimsIn(content: string): Claims {
  const token = content.replace(/^Bearer\s+/i, '')
  const [, payload] = token.split('.')
  const json = token.startsWith('{') ? token : Buffer.from(payload ?? '', 'base64url').toString('utf8')
  try {
    const claims: unknown = JSON.parse(json)
    if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) return claims
  } catch {
    // A SyntaxError quotes the text.
  }
  throw misuse('The input is no token: it must be a JWT, or the claims of one as a JSON object.')
}
