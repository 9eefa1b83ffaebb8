// Lists the documents whose figures come from the results of the benchmarks.
import { execFileSync } from 'node:child_process'

/** Written by tools, or a record of one version. */
const generated = /(^|\/)CHANGELOG\.md$|^api\/|^\.changeset\//

/**
 * Returns the Markdown files that git keeps or would keep, relative to `root`.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function documentsOf(root) {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', '*.md']
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' })
  return listed.split('\n').filter((file) => file !== '' && !generated.test(file))
}
