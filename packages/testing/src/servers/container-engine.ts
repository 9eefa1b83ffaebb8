import { get } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installApart } from '../install-apart.ts'

/** The operations of a container that the tests use. */
export interface EngineContainer {
  readonly start: () => Promise<unknown>
  readonly wait: () => Promise<unknown>
  readonly remove: () => Promise<unknown>
}

/** The operations of the engine that the tests use, as testcontainers has found it. */
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
 * Resolves to true if a Docker engine answers on this machine. A remote engine does not count: its
 * servers have ports on another host, and pids that cannot be signalled.
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

/** Returns the engine, and pulls the image if it is missing. */
export async function engineWith(image: string): Promise<ContainerEngine> {
  loaded ??= loadTestcontainers()
  const { getContainerRuntimeClient, ImageName } = await loaded
  const engine = await getContainerRuntimeClient()
  await engine.image.pull(ImageName.fromString(image))
  return engine
}

/** The library has 127 packages, so it is installed only if containers are used. */
async function loadTestcontainers(): Promise<Testcontainers> {
  return createRequire(join(await installApart(manifests), 'package.json'))('testcontainers')
}
