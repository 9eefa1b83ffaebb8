import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { respond } from '../answers/respond.ts'

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

/** The files of the page, in the folder `assets` of the package. Nothing else is read. */
export const assetNames: readonly string[] = [
  'api.js',
  'app.js',
  'audit-view.js',
  'base.css',
  'console.css',
  'dialog.js',
  'dom.js',
  'everything-card.js',
  'icon.svg',
  'list-view.js',
  'live-view.js',
  'lookup-view.js',
  'marks.js',
  'parts.css',
  'sessions.js',
  'state-view.js',
  'subjects.js',
  'text.js',
]

/** A file that was read. */
interface Asset {
  readonly body: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly tag: string
}

/**
 * Creates a function that answers requests for the files of the page, each of which is read once.
 * It resolves with `undefined` if there is no such file.
 */
export function createAssets(
  readAsset: (name: string) => Promise<Uint8Array> = readFromPackage,
): (path: string, request: Request) => Promise<Response | undefined> {
  const read = new Map<string, Promise<Asset>>()

  function assetOf(name: string): Promise<Asset> {
    const loading = read.get(name) ?? readAsset(name).then((bytes) => assetIn(name, bytes))
    read.set(name, loading)
    // A process that is out of file descriptors, say, reads it with the next request.
    loading.catch(() => read.delete(name))
    return loading
  }

  return async (path, { headers: asked }) => {
    const name = assetNames.find((known) => path === `/assets/${known}`)
    if (name === undefined) return undefined
    const { body, type, tag } = await assetOf(name)
    // Browsers ask each time whether it is still the same: a release replaces all files at once.
    const headers = { 'Cache-Control': 'private, no-cache', ETag: tag }
    // A proxy that compresses makes the tag a weak one.
    if (asked.get('if-none-match')?.replace(/^W\//, '') === tag) return new Response(null, { status: 304, headers })
    return respond({ type, body, headers })
  }
}

async function readFromPackage(name: string): Promise<Uint8Array> {
  return await readFile(new URL(`../../assets/${name}`, import.meta.url))
}

function assetIn(name: string, bytes: Uint8Array): Asset {
  const body = new Uint8Array(bytes)
  const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
  return { body, type, tag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` }
}
