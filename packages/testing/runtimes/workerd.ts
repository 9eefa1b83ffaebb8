import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A worker that answers requests. */
export interface Worker {
  readonly port: number
  readonly stop: () => Promise<void>
}

const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(
    name = "story",
    worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      compatibilityDate = "2026-01-01",
    ),
  )],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "story")],
);
`

/**
 * Starts `worker.js` of a folder in workerd, on a free port. Rejects with what workerd prints if it
 * ends.
 */
export async function startWorker(binary: string, folder: string): Promise<Worker> {
  const path = join(folder, 'config.capnp')
  await writeFile(path, config)
  const child = spawn(binary, ['serve', '--control-fd=1', path], { stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const ended = once(child, 'exit')
  const port = new Promise<number>((resolve, reject) => {
    let events = ''
    child.stdout.on('data', (chunk: Buffer) => {
      events += chunk.toString()
      const found = /"port":(\d+)/.exec(events)?.[1]
      if (found !== undefined) resolve(Number(found))
    })
    ended.then(() => reject(new Error(`workerd ended: ${errors}`)), reject)
  })
  return {
    port: await port,
    stop: async () => {
      child.kill()
      await ended
    },
  }
}
