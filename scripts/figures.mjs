// Writes the figures of all documents, and the memory that the capacity calculator reckons with,
// from the results of the benchmarks. `npm run figures` changes the files; with `-- --check` it
// names those that would change, and ends with 1.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { capacityCosts, fillCosts } from '../benchmarks/figures/capacity.mjs'
import { figureTexts } from '../benchmarks/figures/index.mjs'
import { figureReader } from '../benchmarks/figures/reader.mjs'
import { readResults } from '../benchmarks/src/results/file.mjs'
import { documentsOf } from './figures/documents.mjs'
import { fillFigures, problemsOfMarkers } from './figures/markers.mjs'

const root = join(import.meta.dirname, '..')
const isCheck = process.argv.includes('--check')
const results = readResults(join(root, 'benchmarks/results/results.json'))
const textOf = figureTexts(results)
const costsFile = 'docs/.vitepress/capacity/costs.ts'

const findings = documentsOf(root).flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8')
  const problems = problemsOfMarkers(text).map((problem) => `${file}: ${problem}`)
  const filled = fillFigures(text, (name) => {
    try {
      return textOf(name)
    } catch (error) {
      problems.push(`${file}: ${name}: ${error.message}`)
      return `(not measured)`
    }
  })
  return [...problems, ...keep(file, text, filled)]
})
const costs = readFileSync(join(root, costsFile), 'utf8')
findings.push(...keep(costsFile, costs, fillCosts(costs, capacityCosts(figureReader(results)))))
for (const finding of findings) console.error(finding)
if (findings.length > 0) process.exitCode = 1

/** Writes what has changed, or returns that it has. */
function keep(file, text, filled) {
  if (filled === text) return []
  if (isCheck) return [`${file} differs from the results: npm run figures`]
  writeFileSync(join(root, file), filled)
  return []
}
