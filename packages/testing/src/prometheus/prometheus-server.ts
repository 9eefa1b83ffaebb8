import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchProgram, type ServerSignal } from '../servers/launch-server.ts'
import { onFreePort } from '../servers/on-free-port.ts'
import { type Guarded, runGuarded } from '../servers/run-guarded.ts'
import { type PrometheusAlert, type PrometheusSample, prometheusApi } from './prometheus-api.ts'
import { prometheusBinary } from './prometheus-binary.ts'

/** A real Prometheus that only the caller uses. */
export interface PrometheusServer {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly url: string
  readonly pid: number
  /** Evaluates an expression now. Rejects with the message of the server if it is wrong. */
  readonly query: (expression: string) => Promise<readonly PrometheusSample[]>
  /** Returns the alerts that are pending or firing now. */
  readonly alerts: () => Promise<readonly PrometheusAlert[]>
  /** Signals the server, as `kill` of `RedisServer` does. */
  readonly kill: (signal: ServerSignal) => void
  /** Ends the server and removes its folder. It may be called again. */
  readonly stop: () => Promise<void>
}

/** Options for {@link startPrometheus}. */
export interface PrometheusOptions {
  /** What is scraped, by the name of the job: addresses such as `127.0.0.1:9464`. */
  readonly jobs: Readonly<Record<string, readonly string[]>>
  /** The text of a file of rules. Default: none. */
  readonly rules?: string
  /** How often targets are scraped, and rules evaluated. Default 200 ms. */
  readonly intervalMs?: number
  /** The port. Default: a free one. */
  readonly port?: number
}

/** Starts Prometheus on a free port. It ends with this process at the latest. */
export async function startPrometheus(options: PrometheusOptions): Promise<PrometheusServer> {
  const { path } = await prometheusBinary()
  const folder = await mkdtemp(join(tmpdir(), 'revoked-prometheus-'))
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 })
  const [config, data] = [join(folder, 'prometheus.yml'), join(folder, 'data')]
  try {
    await writeFile(join(folder, 'rules.yml'), options.rules ?? 'groups: []\n')
    await writeFile(config, configText(options))
    return await onFreePort(options.port, async (port) => {
      const address = `127.0.0.1:${port}`
      const flags = [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=${address}`]
      const guarded = await runGuarded({
        name: 'Prometheus',
        folder,
        port,
        launch: () => launchProgram(path, folder, { args: [...flags, '--log.level=warn'] }),
        answers: () => answers(`http://${address}`, data),
      })
      return serverOf(port, guarded, removeFolder)
    })
  } catch (error) {
    await removeFolder()
    throw error
  }
}

/** YAML reads JSON. */
function configText({ jobs, intervalMs = 200 }: PrometheusOptions): string {
  const interval = `${intervalMs}ms`
  return JSON.stringify({
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: ['rules.yml'],
    scrape_configs: Object.entries(jobs).map(([name, targets]) => ({
      job_name: name,
      static_configs: [{ targets }],
    })),
  })
}

/** Returns true if the started server answers, which knows its folder, and is ready. */
async function answers(url: string, data: string): Promise<boolean> {
  const flags = await fetch(`${url}/api/v1/status/flags`)
  if (!(await flags.text()).includes(JSON.stringify(data))) return false
  return (await fetch(`${url}/-/ready`)).ok
}

function serverOf(port: number, { launched, dismiss }: Guarded, removeFolder: () => Promise<void>): PrometheusServer {
  const url = `http://127.0.0.1:${port}`
  return {
    host: '127.0.0.1',
    port,
    url,
    pid: launched.pid,
    ...prometheusApi(url),
    kill: launched.kill,
    stop: async () => {
      await launched.end()
      await removeFolder()
      await dismiss()
    },
  }
}
