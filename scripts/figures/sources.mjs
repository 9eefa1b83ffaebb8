// Finds figures whose machine and date a document does not state, or states wrongly.
import { figuresOfSections } from './markers.mjs'

const suffix = '.source'

/**
 * Returns what is wrong with the sources of a document, in sentences. A section that has a source
 * names all benchmarks whose figures it quotes, and no others. A document has a source for each
 * benchmark whose figures it quotes anywhere.
 *
 * @param {string} text
 * @param {(name: string) => ReadonlySet<string>} benchmarksOf a figure
 * @returns {string[]}
 */
export function problemsOfSources(text, benchmarksOf) {
  const sections = figuresOfSections(text).map((names) => ({
    quoted: union(names.filter((name) => !name.endsWith(suffix)).map(benchmarksOf)),
    stated: union(names.filter((name) => name.endsWith(suffix)).map(benchmarksOf)),
  }))
  const stated = union(sections.map((section) => section.stated))
  return sections.flatMap((section) => [
    ...[...section.quoted]
      .filter((name) => !(section.stated.size > 0 ? section.stated : stated).has(name))
      .map((name) => `Figures of ${name} have no source.`),
    ...[...section.stated]
      .filter((name) => !section.quoted.has(name))
      .map((name) => `The source names ${name}, which is not quoted there.`),
  ])
}

/** @param {readonly Iterable<string>[]} sets */
const union = (sets) => new Set(sets.flatMap((set) => [...set]))
