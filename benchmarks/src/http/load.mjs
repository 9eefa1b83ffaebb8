// @ts-check
import { once } from 'node:events'
import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'

/**
 * @typedef {{ readonly bytes: Buffer, readonly body: string }} Request `body`: the one of the right
 *   answer
 * @typedef {object} Load
 * @property {(ms: number) => Promise<number[]>} run how long each request took, in ms
 * @property {() => void} close
 */

/**
 * @param {Readonly<Record<string, string>>} headers
 * @param {string} sub of the right answer
 * @returns {Request}
 */
export function requestOf(headers, sub) {
  const lines = Object.entries({ Host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return { bytes: Buffer.from(`GET /me HTTP/1.1\r\n${lines.join('')}\r\n`), body: JSON.stringify({ sub }) }
}

/**
 * Opens keep-alive connections, each of which sends its next request after the answer to the last
 * one. They write prepared bytes and compare the body of every answer. A complete HTTP client would
 * use as much of the machine as the server.
 *
 * @param {number} port
 * @param {number} count
 * @param {readonly Request[]} requests
 * @returns {Promise<Load>}
 */
export async function openLoad(port, count, requests) {
  const connections = await Promise.all(Array.from({ length: count }, () => openConnection(port, requests)))
  return {
    async run(ms) {
      const until = performance.now() + ms
      /** @type {number[]} */
      const latencies = []
      await Promise.all(connections.map(({ askUntil }) => askUntil(until, latencies)))
      return latencies
    },
    close() {
      for (const { close } of connections) close()
    },
  }
}

/**
 * @param {number} port
 * @param {readonly Request[]} requests
 */
async function openConnection(port, requests) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const failOnClose = () => {
    throw new Error('The server closed a connection.')
  }
  socket.on('close', failOnClose)
  socket.setEncoding('latin1')

  /** @type {(text: string) => void} */
  let receive = () => {}
  socket.on('data', (text) => receive(String(text)))

  /**
   * @param {number} until
   * @param {number[]} latencies
   * @returns {Promise<void>}
   */
  function askUntil(until, latencies) {
    return new Promise((resolve) => {
      function ask() {
        const { bytes, body } = /** @type {Request} */ (requests[Math.floor(Math.random() * requests.length)])
        const startedAt = performance.now()
        let answer = ''
        receive = (text) => {
          answer += text
          if (!isComplete(answer, body)) return
          const now = performance.now()
          latencies.push(now - startedAt)
          if (now < until) ask()
          else resolve()
        }
        socket.write(bytes)
      }
      ask()
    })
  }

  return {
    askUntil,
    close() {
      socket.off('close', failOnClose)
      socket.destroy()
    },
  }
}

/** @param {string} answer @param {string} body */
function isComplete(answer, body) {
  if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(`Not the right answer: ${answer}`)
  const head = answer.indexOf('\r\n\r\n')
  if (head === -1 || answer.length < head + 4 + body.length) return false
  if (answer.slice(head + 4) !== body) throw new Error(`Not the right answer: ${answer}`)
  return true
}
