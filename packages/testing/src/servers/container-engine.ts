import { createHash } from 'node:crypto'
import { copyFile, readFile } from 'node:fs/promises'
import { get } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fillOnce } from './fill-once.ts'
import { runCommand } from './run-command.ts'
import { defaultCache } from './unpack-redis.ts'

/** What we use of a container. */
export interface EngineContainer {
  readonly start: () => Promise<unknown>
  readonly wait: () => Promise<unknown>
  readonly remove: () => Promise<unknown>
}

/** What we use of the engine, as testcontainers has found it. */
export interface ContainerEngine {
  readonly container: {
    readonly create: (options: object) => Promise<EngineContainer>
    readonly dockerode: { readonly info: () => Promise<{ readonly SecurityOptions?: readonly string[] | null }> }
  }
  readonly image: { readonly pull: (image: object) => Promise<void> }
}

interface Testcontainers {
  readonly getContainerRuntimeClient: () => Promise<ContainerEngine>
  readonly ImageName: { readonly fromString: (name: string) => object }
}

const manifests = fileURLToPath(new URL('../../containers', import.meta.url))
const defaultSocket = '/var/run/docker.sock'
const pingMs = 2_000

/**
 * Whether a Docker engine answers on this machine. One that is elsewhere does not count: the servers in its containers
 * have ports on another host, and pids that cannot be signalled.
 */
export function engineAnswers(env: NodeJS.ProcessEnv): Promise<boolean> {
  const host = env['DOCKER_HOST'] || `unix://${defaultSocket}`
  if (process.platform !== 'linux' || !host.startsWith('unix://')) return Promise.resolve(false)
  return new Promise((resolve) => {
    const question = get({ socketPath: host.slice('unix://'.length), path: '/_ping', timeout: pingMs }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    question.on('timeout', () => question.destroy(new Error(`no answer within ${pingMs} ms`)))
    question.on('error', () => resolve(false))
  })
}

let loaded: Promise<Testcontainers> | undefined

/** The engine, with the image there. */
export async function engineWith(image: string): Promise<ContainerEngine> {
  loaded ??= loadTestcontainers()
  const { getContainerRuntimeClient, ImageName } = await loaded
  const engine = await getContainerRuntimeClient()
  await engine.image.pull(ImageName.fromString(image))
  return engine
}

/** Its 127 packages are worth an install only where containers are used. */
async function loadTestcontainers(): Promise<Testcontainers> {
  const lock = await readFile(join(manifests, 'package-lock.json'))
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12)
  const target = join(defaultCache, `containers-${hash}`)
  await fillOnce(target, async (folder) => {
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
      await copyFile(join(manifests, file), join(folder, file))
    }
    await runCommand('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], folder)
  })
  return createRequire(join(target, 'package.json'))('testcontainers')
}
