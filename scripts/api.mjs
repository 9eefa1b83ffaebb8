// Keeps the public API of every published package in `api/`, one file each, so that no change of it
// goes unnoticed: `npm run check:api` fails if the built declarations differ, and `npm run api`
// writes them.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { reportOf } from './api/report.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'api')
const isCheck = process.argv.includes('--check')

const published = readdirSync(join(root, 'packages')).filter((name) => {
  const manifest = join(root, 'packages', name, 'package.json')
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).private !== true
})
const reports = new Map(published.map((name) => [`${name}.md`, reportOf(join(root, 'packages', name))]))

mkdirSync(folder, { recursive: true })
const stale = readdirSync(folder).filter((file) => !reports.has(file))
const changed = [...reports].filter(([file, report]) => {
  const path = join(folder, file)
  return !existsSync(path) || readFileSync(path, 'utf8') !== report
})

if (isCheck) {
  const files = [...changed.map(([file]) => file), ...stale]
  for (const file of files) console.log(`api/${file} is not what is built: run npm run api, and review the change`)
  process.exitCode = files.length === 0 ? 0 : 1
} else {
  for (const [file, report] of changed) writeFileSync(join(folder, file), report)
  for (const file of stale) rmSync(join(folder, file))
  console.log(`${changed.length + stale.length} of ${reports.size} reports changed`)
}
