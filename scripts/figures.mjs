// Writes the figures of all documents from the results of the benchmarks. `npm run figures` changes
// the documents; with `-- --check` it names those that would change, and ends with 1.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { figureTexts } from '../benchmarks/figures/index.mjs'
import { readResults } from '../benchmarks/src/results/file.mjs'
import { documentsOf } from './figures/documents.mjs'
import { fillFigures, problemsOfMarkers } from './figures/markers.mjs'

const root = join(import.meta.dirname, '..')
const isCheck = process.argv.includes('--check')
const textOf = figureTexts(readResults(join(root, 'benchmarks/results/results.json')))

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
  if (filled !== text && isCheck) problems.push(`${file} differs from the results: npm run figures`)
  else if (filled !== text) writeFileSync(join(root, file), filled)
  return problems
})
for (const finding of findings) console.error(finding)
if (findings.length > 0) process.exitCode = 1
