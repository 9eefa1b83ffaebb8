import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { publishedPackages, root } from '../support/published-packages.ts'

interface Packed {
  readonly name: string
  readonly files: readonly { readonly path: string }[]
}

/** The paths that `npm pack` would put into each package, by its name. */
const contents = new Map<string, readonly string[]>()

beforeAll(async () => {
  const workspaces = publishedPackages.flatMap(({ manifest }) => ['--workspace', manifest.name])
  const run = promisify(execFile)
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', ...workspaces], { cwd: root })
  for (const { name, files } of packedIn(JSON.parse(stdout)))
    contents.set(
      name,
      files.map(({ path }) => path),
    )
}, 60_000)

/** npm 11 prints a list; npm 12 prints an object by name. */
function packedIn(printed: readonly Packed[] | Record<string, Packed>): readonly Packed[] {
  return Object.values(printed)
}

describe.each(publishedPackages)('the package $folder', ({ manifest }) => {
  const paths = (): readonly string[] => contents.get(manifest.name) ?? []

  test('contains what its exports name', () => {
    const targets = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry),
    )
    expect(targets.map((target) => target.replace('./', '')).filter((target) => !paths().includes(target))).toEqual([])
  })

  test('contains its licence and its README', () => {
    expect(paths()).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
  })

  test('contains sources and what is built from them, and nothing else', () => {
    // What a store runs in a database is for people to read, too. Operators copy rules and
    // dashboards. A browser gets assets as they are.
    const allowed = [
      /^(dist|src)\//,
      /^migrations\/\d{4}-[\w-]+\.sql$/,
      /^grafana\/\w+\.json$/,
      /^prometheus\/\w+\.yml$/,
      /^assets\/[\w-]+\.(js|css|svg)$/,
      /^(LICENSE|README\.md|CHANGELOG\.md|package\.json)$/,
    ]
    const isAllowed = (path: string): boolean => allowed.some((pattern) => pattern.test(path))
    expect(paths().filter((path) => !isAllowed(path) || /\.test\.|\btest\/|tsbuildinfo/.test(path))).toEqual([])
  })

  test('contains a declaration for every module', () => {
    const modules = paths().filter((path) => /^dist\/.*\.js$/.test(path))
    expect(modules).not.toEqual([])
    expect(modules.filter((path) => !paths().includes(path.replace(/\.js$/, '.d.ts')))).toEqual([])
  })
})
