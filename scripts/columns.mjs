// Holds comments, Markdown and titles of tests to 100 columns. `npm run check:columns` names each
// line that is longer, and `npm run format:columns` wraps comments and Markdown. Both take paths
// after `--`; `--fill` wraps short lines together as well, and `--count` prints counts by folder.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesUnder } from './columns/files.mjs'
import { limit, overlongLines } from './columns/overlong.mjs'
import { longTitles } from './columns/titles.mjs'
import { wrapLines } from './columns/wrap.mjs'
import { wrapSource } from './columns/wrap-source.mjs'

const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'))
const paths = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const root = process.cwd()
const files = filesUnder(root, paths).filter((file) => existsSync(join(root, file)))

/** Wraps the overlong lines of a file, in place. */
function format(file) {
  const source = readFileSync(join(root, file), 'utf8')
  const options = { width: limit, fill: flags.includes('--fill') }
  const isMarkdown = file.endsWith('.md')
  const wrapped = isMarkdown ? wrapLines(source.split('\n'), options).join('\n') : wrapSource(file, source, options)
  if (wrapped !== source) writeFileSync(join(root, file), wrapped)
}

/** Returns what is too long in a file, as lines of a report. */
function findingsIn(file) {
  const source = readFileSync(join(root, file), 'utf8')
  const lines = overlongLines(file, source).map((line) => `${file}:${line}: longer than ${limit} columns`)
  const titles = /\.test\.\w+$/.test(file) ? longTitles(file, source, limit) : []
  return [...lines, ...titles.map((line) => `${file}:${line}: title longer than ${limit} characters`)]
}

/** Returns the first two folders of a path: the package, as a rule. */
function folderOf(file) {
  const [first, second, ...rest] = file.split('/')
  return rest.length > 0 ? `${first}/${second}` : second === undefined ? '.' : first
}

if (flags.includes('--write')) for (const file of files) format(file)
const findings = files.map((file) => ({ folder: folderOf(file), lines: findingsIn(file) }))
if (flags.includes('--count')) {
  const counts = new Map()
  for (const { folder, lines } of findings) counts.set(folder, (counts.get(folder) ?? 0) + lines.length)
  for (const [folder, count] of counts) console.log(`${String(count).padStart(5)} ${folder}`)
} else for (const line of findings.flatMap(({ lines }) => lines)) console.log(line)

const total = findings.reduce((sum, { lines }) => sum + lines.length, 0)
console.log(`${total} overlong lines and titles in ${files.length} files`)
process.exitCode = total === 0 ? 0 : 1
