import { connect } from 'node:net'

/** An error reply of the server, with the server's message, such as `MOVED 3999 127.0.0.1:6381`. */
export class RespError extends Error {
  override readonly name = 'RespError'
}

export type RespCommand = readonly (string | number)[]

/** A reply of RESP2. An error inside an array is a value, such as one of EXEC. */
export type RespReply = string | number | null | RespError | readonly RespReply[]

/**
 * Sends one command over a new connection. Rejects with a `RespError` if the server answers an
 * error.
 */
export async function respCommand(port: number, ...args: RespCommand): Promise<RespReply> {
  const [reply = null] = await respCommands(port, args)
  if (reply instanceof RespError) throw reply
  return reply
}

/**
 * Sends commands over one new connection, for those that depend on it: `WAIT`, `ASKING`, `AUTH`,
 * `MULTI`. An error is a reply like others.
 */
export function respCommands(port: number, ...commands: readonly RespCommand[]): Promise<RespReply[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const replies: RespReply[] = []
    let received: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      for (let next = parseReply(received, 0); next !== undefined; next = parseReply(received, 0)) {
        replies.push(next.value)
        received = received.subarray(next.end)
      }
      if (replies.length < commands.length) return
      socket.destroy()
      resolve(replies)
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`127.0.0.1:${port} closed the connection before it answered`)))
    socket.write(commands.map(encodeCommand).join(''))
  })
}

function encodeCommand(args: RespCommand): string {
  const parts = args.map(String).map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`)
  return `*${parts.length}\r\n${parts.join('')}`
}

interface Parsed {
  readonly value: RespReply
  readonly end: number
}

/** Parses the reply at this position. Returns nothing while a part of it is missing. */
function parseReply(bytes: Buffer, start: number): Parsed | undefined {
  const lineEnd = bytes.indexOf('\r\n', start)
  if (lineEnd === -1) return
  const type = bytes.toString('latin1', start, start + 1)
  const line = bytes.toString('utf8', start + 1, lineEnd)
  const end = lineEnd + 2
  if (type === '+') return { value: line, end }
  if (type === '-') return { value: new RespError(line), end }
  if (type === ':') return { value: Number(line), end }
  if ((type === '$' || type === '*') && line === '-1') return { value: null, end }
  if (type === '*') return parseArray(bytes, end, Number(line))
  if (type !== '$') throw new Error(`not RESP2: ${type}${line}`)
  const valueEnd = end + Number(line)
  if (bytes.length < valueEnd + 2) return
  return { value: bytes.toString('utf8', end, valueEnd), end: valueEnd + 2 }
}

function parseArray(bytes: Buffer, start: number, length: number): Parsed | undefined {
  const value: RespReply[] = []
  let end = start
  while (value.length < length) {
    const item = parseReply(bytes, end)
    if (item === undefined) return
    value.push(item.value)
    end = item.end
  }
  return { value, end }
}
