import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ContainerEngine, type EngineContainer, engineWith } from './container-engine.ts'
import { eventually } from './eventually.ts'

export interface ContainerRun {
  readonly image: string
  /** The folder of the data and the log, which has the same path inside. */
  readonly folder: string
  readonly args: readonly string[]
}

// Images have the server under one name or both. `exec` makes its pid the one in the file.
const script = `echo $$ >server.pid
exec "$(command -v redis-server || command -v valkey-server)" "$@" >server.log 2>&1`

/**
 * Starts a server in a container, and returns its pid on this machine. It shares our network,
 * process ids and user, so it listens, receives signals and owns files as a child process would.
 */
export async function startContainer(run: ContainerRun): Promise<number> {
  const engine = await engineWith(run.image)
  const container = await create(engine, run, true)
  const note = join(run.folder, 'server.pid')
  await rm(note, { force: true })
  await container.start()
  return eventually(async () => Number(await readFile(note, 'utf8')), 'the container tells its pid', 10_000)
}

/** Returns the output of the server of an image for these arguments. */
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
  // If an engine runs without root, the root of a container is the user of the engine.
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
