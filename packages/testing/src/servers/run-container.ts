import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ContainerEngine, type EngineContainer, engineWith } from './container-engine.ts'
import { eventually } from './eventually.ts'

export interface ContainerRun {
  readonly image: string
  /** The same path inside: the server's data, and its log. */
  readonly folder: string
  readonly args: readonly string[]
}

// Some images have the server under one name, some under both. `exec`, so that its pid is the one
// in the file.
const script = `echo $$ >server.pid
exec "$(command -v redis-server || command -v valkey-server)" "$@" >server.log 2>&1`

/**
 * Starts a server in a container, and answers its pid on this machine. It has our network, process
 * ids and user: so it listens where it would without a container, takes signals like any child, and
 * leaves no files of somebody else.
 */
export async function startContainer(run: ContainerRun): Promise<number> {
  const engine = await engineWith(run.image)
  const container = await create(engine, run, true)
  const note = join(run.folder, 'server.pid')
  await rm(note, { force: true })
  await container.start()
  return eventually(async () => Number(await readFile(note, 'utf8')), 'the container tells its pid', 10_000)
}

/** What the server of an image says to these arguments. */
export async function askContainer(image: string, args: readonly string[]): Promise<string> {
  const engine = await engineWith(image)
  const folder = await mkdtemp(join(tmpdir(), 'revoked-image-'))
  try {
    const container = await create(engine, { image, folder, args }, false)
    try {
      await container.start()
      await container.wait()
      return await readFile(join(folder, 'server.log'), 'utf8')
    } finally {
      await container.remove()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function create(
  engine: ContainerEngine,
  { image, folder, args }: ContainerRun,
  isRemovedAtEnd: boolean,
): Promise<EngineContainer> {
  const { SecurityOptions } = await engine.container.dockerode.info()
  // To an engine that runs without root, the root of a container is the user who runs the engine.
  const isRootless = SecurityOptions?.some((option) => option.includes('rootless')) ?? false
  const user = isRootless ? '0:0' : `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`
  return engine.container.create({
    Image: image,
    Entrypoint: ['sh', '-c', script, 'sh'],
    Cmd: args,
    User: user,
    WorkingDir: folder,
    HostConfig: { NetworkMode: 'host', PidMode: 'host', Binds: [`${folder}:${folder}`], AutoRemove: isRemovedAtEnd },
  })
}
