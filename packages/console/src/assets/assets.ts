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
export function createAssets(): (path: string, request: Request) => Promise<Response | undefined> {
  const read = new Map<string, Promise<Asset>>()

  return async (path, { headers: asked }) => {
    const name = assetNames.find((known) => path === `/assets/${known}`)
    if (name === undefined) return undefined
    const loading = read.get(name) ?? load(name)
    read.set(name, loading)
    const { body, type, tag } = await loading
    // Browsers ask each time whether it is still the same: a release replaces all files at once.
    const headers = { 'Cache-Control': 'private, no-cache', ETag: tag }
    if (asked.get('if-none-match') === tag) return new Response(null, { status: 304, headers })
    return respond({ type, body, headers })
  }
}

async function load(name: string): Promise<Asset> {
  const body = new Uint8Array(await readFile(new URL(`../../assets/${name}`, import.meta.url)))
  const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
  return { body, type, tag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` }
}
