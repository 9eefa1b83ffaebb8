import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** One project per package, so that `--project core` runs one of them. Tests run on sources, never on a stale build. */
const projects = [
  'packages/core',
  'packages/conformance',
  'packages/store-memory',
  'packages/store-redis',
  'packages/store-layered',
  'packages/jose',
  'packages/http',
  'examples/frameworks',
  'examples/login-server',
  'packages/testing',
  'scripts',
]

/** Those whose tests start servers, which are fetched first where they are not there, and named in the log. */
const withServers = [
  'packages/store-redis',
  'packages/store-layered',
  'packages/jose',
  'packages/http',
  'examples/login-server',
  'packages/testing',
]
const announcement = join(import.meta.dirname, 'packages/testing/src/announce-servers.ts')

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
        include: ['test/**/*.test.ts'],
        globalSetup: withServers.includes(root) ? [announcement] : [],
      },
    })),
    // Two at least: much of what they do is wait for servers.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // In CI the number of tests is read from the report.
    reporters:
      process.env['CI'] === undefined
        ? ['default']
        : ['default', ['json', { outputFile: 'node_modules/.cache/tests.json' }]],
  },
})
