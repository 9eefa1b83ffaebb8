import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchProgram, type ServerSignal } from '../servers/launch-server.ts'
import { onFreePort } from '../servers/on-free-port.ts'
import { type Guarded, runGuarded } from '../servers/run-guarded.ts'
import { nginxBinary } from './nginx-binary.ts'

/** A running nginx. */
export interface Nginx {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly url: string
  readonly pid: number
  /** Returns what it has logged so far: start, failures and requests, in the format `combined`. */
  readonly log: () => Promise<string>
  /** Signals nginx: `SIGKILL` crashes it, `SIGSTOP` makes it hang, `SIGCONT` continues it. */
  readonly kill: (signal: ServerSignal) => void
  /** Ends nginx and removes its folder. It may be called again. */
  readonly stop: () => Promise<void>
}

/** Options for {@link startNginx}. */
export interface NginxOptions {
  /**
   * What goes into the `http` block, as a file of `/etc/nginx/conf.d/` does: servers and upstreams.
   * A server listens on `127.0.0.1:${port}`.
   */
  readonly configFor: (port: number) => string
  /** The port. Default: a free one. */
  readonly port?: number
}

/** Starts an nginx of one process. It ends with this process at the latest. */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const { path } = await nginxBinary()
  const folder = await mkdtemp(join(tmpdir(), 'revoked-nginx-'))
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 })
  try {
    return await onFreePort(options.port, async (port) => {
      const config = join(folder, 'nginx.conf')
      await rm(join(folder, 'nginx.pid'), { force: true })
      await writeFile(config, mainConfig(folder, options.configFor(port)))
      const guarded = await runGuarded({
        name: 'nginx',
        folder,
        port,
        launch: () => launchProgram(path, folder, { args: ['-e', 'stderr', '-p', folder, '-c', config] }),
        answers: () => answers(folder, port),
      })
      return nginxOf(port, folder, guarded, removeFolder)
    })
  } catch (error) {
    await removeFolder()
    throw error
  }
}

/**
 * Returns the configuration of one process without workers: its end is the end of everything. All
 * that it writes is in the folder.
 */
function mainConfig(folder: string, http: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr notice;
events { worker_connections 1024; }
http {
  access_log /dev/stdout combined;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  ${http}
}
`
}

/** Returns true if the started nginx answers: it writes the file once it has its ports. */
async function answers(folder: string, port: number): Promise<boolean> {
  const pid = await readFile(join(folder, 'nginx.pid'), 'utf8')
  const response = await fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual' })
  await response.arrayBuffer()
  return pid.trim() !== ''
}

function nginxOf(
  port: number,
  folder: string,
  { launched, dismiss }: Guarded,
  removeFolder: () => Promise<void>,
): Nginx {
  return {
    host: '127.0.0.1',
    port,
    url: `http://127.0.0.1:${port}`,
    pid: launched.pid,
    log: () => readFile(join(folder, 'server.log'), 'utf8'),
    kill: launched.kill,
    stop: async () => {
      await launched.end()
      await removeFolder()
      await dismiss()
    },
  }
}
