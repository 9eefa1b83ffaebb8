import { onTestFinished } from 'vitest'
import type { RunningServer } from '../src/listen.ts'

interface Example {
  readonly start: () => Promise<RunningServer>
}

/**
 * Serves an example while the test runs. Resolves with its URL. Examples are imported by name,
 * because one of them uses decorators.
 */
export async function serve(name: string): Promise<string> {
  const { start }: Example = await import(`../src/${name}.ts`)
  const { url, close } = await start()
  onTestFinished(async () => void (await close()))
  return url
}
