import { systemArchive } from '../servers/debian-archive.ts'
import { onPath } from '../servers/on-path.ts'
import { runCommand } from '../servers/run-command.ts'
import { unpackChromium } from './unpack-chromium.ts'

/** A Chromium that can run on this machine. */
export interface BrowserBinary {
  readonly path: string
  /** What it says, such as `Chromium 150.0.7871.100 built on Debian GNU/Linux 12`. */
  readonly version: string
}

/** The places in which the browser is searched. */
export interface BrowserSearch {
  /** The environment, of which `REVOKED_BROWSER` and `PATH` count. */
  readonly env: NodeJS.ProcessEnv
  /** The folder for a browser that is unpacked from the packages of the system. */
  readonly cache?: string
}

/** Names on Debian, on Ubuntu and on the machines of CI services. */
const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

let found: Promise<BrowserBinary> | undefined

/**
 * Returns the browser that the tests drive: that of `REVOKED_BROWSER`, or of the `PATH`, or else
 * Debian's, which is unpacked beside the system. It is searched once per process. Rejects with the
 * package to install if there is none.
 */
export function browserBinary(): Promise<BrowserBinary> {
  found ??= findBrowserBinary({ env: process.env })
  return found
}

/** Returns a browser as `browserBinary` does, but for another environment, and without a cache. */
export async function findBrowserBinary({ env, cache }: BrowserSearch): Promise<BrowserBinary> {
  const { REVOKED_BROWSER: chosen } = env
  if (chosen) return identify(chosen, `REVOKED_BROWSER=${chosen}`)
  for (const name of names) {
    const path = await onPath(name, env)
    if (path !== undefined) return identify(path)
  }
  const unpacked = await unpackOwn(cache).catch((cause: unknown) => {
    throw new Error(
      `There is no browser to drive: none of ${names.join(', ')} is on the PATH, and apt-get could not fetch the ` +
        'package chromium. Install it (apt-get install chromium), or set REVOKED_BROWSER to the path of a Chromium.',
      { cause },
    )
  })
  return identify(unpacked)
}

async function unpackOwn(cache: string | undefined): Promise<string> {
  return await unpackChromium(await systemArchive(), cache)
}

async function identify(path: string, origin: string = path): Promise<BrowserBinary> {
  const answer = await runCommand(path, ['--version']).catch((cause: unknown) => {
    throw new Error(`${origin} does not run as a browser`, { cause })
  })
  if (!/^(Chromium|Google Chrome) \d+/.test(answer)) throw new Error(`${origin} is no Chromium: it says ${answer}`)
  return { path, version: answer.trim() }
}
