import { nginxBinary } from './nginx/nginx-binary.ts'

/**
 * Fetches nginx before the tests if it is missing, and prints its version. Vitest calls it as a
 * global setup of the matrix, which alone starts it.
 */
export async function setup(): Promise<void> {
  // Each project of a run calls its setup.
  if (process.env['REVOKED_NGINX_FOUND'] !== undefined) return
  try {
    const { version } = await nginxBinary()
    process.env['REVOKED_NGINX_FOUND'] = version
    process.stdout.write(`nginx: ${version}\n`)
  } catch (error) {
    // Suites that need it fail with the reason. Others run without it.
    process.stdout.write(`nginx: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}
