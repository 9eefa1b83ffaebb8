import { dirname, join } from 'node:path'
import { systemArchive } from '../servers/debian-archive.ts'
import { defaultCache } from '../servers/default-cache.ts'
import { fillOnce } from '../servers/fill-once.ts'
import { onPath } from '../servers/on-path.ts'
import { runCommand } from '../servers/run-command.ts'
import { unpackPackages } from '../servers/unpack-packages.ts'

/** A Prometheus that can run on this machine, with its tool. */
export interface PrometheusBinary {
  readonly path: string
  /** The path of `promtool`, which checks and tests rules. */
  readonly promtool: string
  readonly version: string
}

/** The places in which Prometheus is searched. */
export interface PrometheusSearch {
  /** The environment, of which `REVOKED_PROMETHEUS` and `PATH` count. */
  readonly env: NodeJS.ProcessEnv
  /** The folder for a Prometheus that is unpacked from the packages of the system. */
  readonly cache?: string
}

let found: Promise<PrometheusBinary> | undefined

/**
 * Returns the Prometheus that the suites run. It is searched once per process. Rejects with the
 * package to install if there is none.
 */
export function prometheusBinary(): Promise<PrometheusBinary> {
  found ??= findPrometheus({ env: process.env })
  return found
}

/**
 * Returns a Prometheus as `prometheusBinary` does, but for other places, and without a cached
 * result.
 */
export async function findPrometheus({ env, cache }: PrometheusSearch): Promise<PrometheusBinary> {
  const chosen = env['REVOKED_PROMETHEUS']
  if (chosen) return identify(chosen, `REVOKED_PROMETHEUS=${chosen}`)
  const path = await onPath('prometheus', env)
  if (path !== undefined) return identify(path)
  const unpacked = await unpackPrometheus(cache).catch((cause: unknown) => {
    throw new Error(
      'There is no Prometheus to start: prometheus is not on the PATH, and apt-get could not fetch it. Install it ' +
        '(apt-get install prometheus), or set REVOKED_PROMETHEUS to its path.',
      { cause },
    )
  })
  return identify(unpacked)
}

async function unpackPrometheus(cache: string = defaultCache): Promise<string> {
  const archive = await systemArchive()
  const target = join(cache, `prometheus-${archive.name}-${process.arch}`)
  // Its programs need the C library only. Its other dependencies are files of its pages.
  await fillOnce(target, (folder) => unpackPackages(folder, archive, async () => ['prometheus']))
  return join(target, 'usr/bin/prometheus')
}

async function identify(path: string, origin: string = path): Promise<PrometheusBinary> {
  const promtool = join(dirname(path), 'promtool')
  const [answer] = await Promise.all([path, promtool].map((program) => runCommand(program, ['--version']))).catch(
    (cause: unknown) => {
      throw new Error(`${origin} does not run as Prometheus, with promtool beside it`, { cause })
    },
  )
  const version = /^prometheus, version (?<version>[\d.]+)/.exec(answer ?? '')?.groups?.['version']
  if (version === undefined) throw new Error(`${origin} is no Prometheus: it says ${answer}`)
  return { path, promtool, version }
}
