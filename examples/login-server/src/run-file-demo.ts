import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Output } from './narrator.ts'
import { type ServerProcess, startServerProcess } from './start-server-process.ts'
import { runStory } from './story.ts'

/**
 * Runs the story against one server process over a store in a file, which is killed in the middle
 * and started again over the same file. Removes the file. Resolves with the exit code.
 */
export async function runFileDemo(storeName: string, output: Output): Promise<0 | 1> {
  const folder = await mkdtemp(join(tmpdir(), 'revoked-demo-'))
  const address = { url: join(folder, 'app.db'), prefix: '' }
  const secret = randomBytes(32)
  const start = (): Promise<ServerProcess> => startServerProcess({ storeName, address, secret })
  let server: ServerProcess | undefined
  try {
    server = await start()
    const urls = [server.url]
    output.print(`Server:   ${server.url} (process ${server.pid})`)
    output.print('Store:    a SQLite file, which is removed at the end')
    output.print('Users:    in the memory of the server, and so as at first after a restart')
    const restart = async (): Promise<string> => {
      await kill(server)
      server = await start()
      urls[0] = server.url
      return `process ${server.pid}`
    }
    const { differences } = await runStory({ ...output, urls, restart })
    return differences === 0 ? 0 : 1
  } finally {
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Kills the process at once: it can write nothing any more. */
async function kill(server: ServerProcess | undefined): Promise<void> {
  if (server === undefined) return
  process.kill(server.pid, 'SIGKILL')
  await server.close()
}
