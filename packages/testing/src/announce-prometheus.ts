import { prometheusBinary } from './prometheus/prometheus-binary.ts'

/**
 * Fetches Prometheus before the tests if it is missing, and prints its version. Vitest calls it as
 * a global setup.
 */
export async function setup(): Promise<void> {
  if (process.env['REVOKED_PROMETHEUS_FOUND'] !== undefined) return
  try {
    const { version } = await prometheusBinary()
    process.env['REVOKED_PROMETHEUS_FOUND'] = version
    process.stdout.write(`Prometheus: ${version}\n`)
  } catch (error) {
    // Suites that need it fail with the reason. Others run without it.
    process.stdout.write(`Prometheus: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}
