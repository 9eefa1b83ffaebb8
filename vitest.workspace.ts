import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/**
 * One project per package, so that `--project core` runs one of them. Tests run on sources, never
 * on a stale build.
 */
const projects = [
  'packages/core',
  'packages/conformance',
  'packages/store-memory',
  'packages/store-redis',
  'packages/store-layered',
  'packages/store-sqlite',
  'packages/store-postgres',
  'packages/jose',
  'packages/http',
  'packages/sessions',
  'packages/console',
  'packages/telemetry',
  'packages/cli',
  'examples/forward-auth',
  'examples/frameworks',
  'examples/live-connections',
  'examples/login-server',
  'examples/store-template',
  'packages/testing',
  'benchmarks',
  'docs',
  'scripts',
]

/** The projects whose tests start servers, which are fetched first if they are missing. */
const withServers = [
  'examples/forward-auth',
  'packages/store-redis',
  'packages/store-layered',
  'packages/jose',
  'packages/http',
  'packages/sessions',
  'packages/telemetry',
  'packages/cli',
  'examples/login-server',
  'packages/testing',
  'docs',
]

/** The projects whose tests need a driver of SQLite, which is installed first if it is missing. */
const withSqlite = [
  'packages/store-sqlite',
  'packages/cli',
  'packages/telemetry',
  'packages/testing',
  'examples/login-server',
  'docs',
]

/**
 * The projects whose tests start servers of PostgreSQL, which is fetched first if it is missing.
 */
const withPostgres = [
  'packages/store-postgres',
  'packages/store-layered',
  'packages/cli',
  'packages/telemetry',
  'packages/testing',
  'examples/login-server',
  'docs',
]

/**
 * The projects that run when all others have: the driver of SQLite is built meanwhile. More than
 * one, so that no processor idles at the end.
 */
const last = ['packages/store-sqlite', 'packages/testing', 'examples/login-server']

/** The projects whose tests drive a browser in the matrix. It is fetched first if it is missing. */
const withBrowser = ['packages/console', 'packages/cli', 'examples/login-server', 'packages/testing', 'docs']

/**
 * The projects whose tests start a Prometheus in the matrix, which is fetched as the browser is.
 */
const withPrometheus = ['packages/telemetry', 'packages/testing']

/** The projects whose tests start an nginx in the matrix, likewise. */
const withNginx = ['examples/forward-auth', 'packages/testing']

/**
 * The projects whose tests change what belongs to their whole process: its working directory, its
 * environment, its event handlers. The files of the others share a process, and modules with it.
 */
const needsIsolation = ['examples/login-server', 'packages/testing', 'docs', 'scripts']
const announcements = join(import.meta.dirname, 'packages/testing/src')

/**
 * Which tests run: `main` (npm test), `matrix` (npm run test:matrix), `all` of both, or `runtimes`.
 */
const run = process.env['REVOKED_TESTS'] ?? 'main'
if (!['main', 'matrix', 'all', 'runtimes'].includes(run)) throw new Error(`REVOKED_TESTS=${run} names no run of tests`)

/** The projects whose tests run again in the matrix, over more servers and clients. */
const overManyClients = ['packages/store-redis', 'packages/store-postgres']

/**
 * The test files of a project. Files called `.matrix.test.ts` are left to the matrix, which also
 * runs all tests of these again, over the servers and clients that were left out of `main`.
 */
function filesOf(root: string): { include: string[]; exclude: string[] } {
  const apart = ['compilers/*.test.ts', 'jest/*.test.ts']
  const matrix = 'test/**/*.matrix.test.ts'
  if (run === 'runtimes') return { include: ['runtimes/*.test.ts'], exclude: [] }
  if (run === 'main') return { include: ['test/**/*.test.ts'], exclude: [matrix] }
  if (run === 'all' || overManyClients.includes(root)) return { include: ['test/**/*.test.ts', ...apart], exclude: [] }
  return { include: [matrix, ...apart], exclude: [] }
}

function setupsOf(root: string): string[] {
  const needsServers = withServers.includes(root) && run !== 'runtimes'
  const isMatrix = run === 'matrix' || run === 'all'
  return [
    ...(needsServers ? [join(announcements, 'announce-servers.ts')] : []),
    ...(withSqlite.includes(root) ? [join(announcements, 'announce-sqlite.ts')] : []),
    ...(withPostgres.includes(root) && run !== 'runtimes' ? [join(announcements, 'announce-postgres.ts')] : []),
    ...(withBrowser.includes(root) && isMatrix ? [join(announcements, 'announce-browser.ts')] : []),
    ...(withPrometheus.includes(root) && isMatrix ? [join(announcements, 'announce-prometheus.ts')] : []),
    ...(withNginx.includes(root) && isMatrix ? [join(announcements, 'announce-nginx.ts')] : []),
  ]
}

const sources = ['@revoked/source']

export default defineConfig({
  test: {
    projects: projects.map((root) => ({
      extends: true,
      resolve: { conditions: sources },
      ssr: { resolve: { conditions: sources } },
      test: {
        name: root.split('/').at(-1) ?? root,
        root,
        ...filesOf(root),
        // Vitest and Node resolve graphql to two copies. Inlined, graphql-ws gets that of the
        // tests.
        server: { deps: { inline: ['graphql-ws'] } },
        isolate: needsIsolation.includes(root),
        globalSetup: setupsOf(root),
        sequence: { groupOrder: last.includes(root) ? 1 : 0 },
      },
    })),
    // More than one: much of what they do is wait for servers. Fewer in the matrix, where tests
    // start clusters and browsers, and put a thousand requests on a server at once.
    maxWorkers: Math.max(run === 'main' ? 4 : 2, availableParallelism() - 1),
    // The build of a driver may still be running.
    teardownTimeout: 300_000,
    // In CI the number of tests is read from the report.
    reporters:
      process.env['CI'] === undefined
        ? ['default']
        : ['default', ['json', { outputFile: `node_modules/.cache/tests-${run}.json` }]],
  },
})
