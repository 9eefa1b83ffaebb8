import { browserBinary } from './browser/browser-binary.ts'

/**
 * Fetches the browser before the tests if it is missing, and prints which one it is. Vitest calls
 * it as a global setup of the matrix, which alone drives a browser.
 */
export async function setup(): Promise<void> {
  // Each project of a run calls its setup.
  if (process.env['REVOKED_BROWSER']) return
  try {
    const { path, version } = await browserBinary()
    process.env['REVOKED_BROWSER'] = path
    process.stdout.write(`browser: ${version} (${path})\n`)
  } catch (error) {
    // Tests that need a browser fail with the reason. Others run without one.
    process.stdout.write(`browser: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}
