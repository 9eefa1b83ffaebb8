// Lists the files whose comments and prose are held to the limit.
import { execFileSync } from 'node:child_process'

const checked = /\.(md|ts|mts|cts|js|mjs|cjs)$/
/** Written by tools. */
const generated = /(^|\/)CHANGELOG\.md$|(^|\/)dist\/|^api\/|^benchmarks\/results\//

/**
 * Returns the files under `paths` that git keeps or would keep, relative to `root`.
 *
 * @param {string} root
 * @param {readonly string[]} paths
 * @returns {string[]}
 */
export function filesUnder(root, paths) {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', ...paths],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  return listed.split('\n').filter((file) => checked.test(file) && !generated.test(file))
}
