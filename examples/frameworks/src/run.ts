import { cookieCurlLines, curlLines, mcpCurlLines, oauthCurlLines } from './curl-lines.ts'
import type { RunningServer } from './listen.ts'

interface Example {
  readonly start: (port?: number) => Promise<RunningServer>
}

const examples: ReadonlyMap<string, () => Promise<Example>> = new Map<string, () => Promise<Example>>([
  ['express', () => import('./express.ts')],
  ['express-jwt', () => import('./express-jwt.ts')],
  ['koa', () => import('./koa.ts')],
  ['koa-jwt', () => import('./koa-jwt.ts')],
  ['fastify', () => import('./fastify.ts')],
  ['fastify-jwt', () => import('./fastify-jwt.ts')],
  ['hono', () => import('./hono.ts')],
  ['hono-jwt', () => import('./hono-jwt.ts')],
  ['hapi', () => import('./hapi.ts')],
  ['nest', () => import('./nest.ts')],
  ['fetch', () => import('./fetch.ts')],
  ['express-cookies', () => import('./express-cookies.ts')],
  ['fetch-cookies', () => import('./fetch-cookies.ts')],
  ['oauth', () => import('./oauth.ts')],
  ['mcp', () => import('./mcp.ts')],
])

const [name = ''] = process.argv.slice(2)
const load = examples.get(name)

if (load === undefined) {
  console.error(`Name an example: ${[...examples.keys()].join(', ')}.`)
  process.exitCode = 1
} else {
  const { start } = await load()
  const { url } = await start(Number(process.env['PORT'] ?? 0))
  console.log(`# ${name} listens on ${url}. Ctrl-C stops it. To paste into another shell:`)
  console.log(await linesFor(name, url))
}

function linesFor(name: string, url: string): string | Promise<string> {
  if (name === 'oauth') return oauthCurlLines(url)
  if (name === 'mcp') return mcpCurlLines(url)
  return name.endsWith('-cookies') ? cookieCurlLines(url) : curlLines(url)
}
