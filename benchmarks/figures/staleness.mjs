// @ts-check
// How long a revoked token passes while a fault lasts, beside peers.
import { numberText, tableText } from './text.mjs'

/** @type {import('./reader.mjs').Figures} */
export const stalenessFigures = {
  'staleness.peers': ({ result, spread }) => {
    const { series } = result('staleness')
    const variants = [...new Set(series.map(({ variant }) => variant))]
    const faults = [...new Set(series.map(({ group }) => String(group?.['fault'])))]
    const cell = (/** @type {string} */ variant, /** @type {string} */ fault) => {
      const place = { benchmark: 'staleness', variant, group: { fault } }
      const { max } = spread({ ...place, metric: 'longest time served as valid' })
      const failed = spread({ ...place, metric: 'checks without an answer' }).max
      return `${numberText(max)} ms${failed > 0 ? ', checks fail' : ''}`
    }
    return tableText(
      ['library', ...faults],
      variants.map((variant) => [variant, ...faults.map((fault) => cell(variant, fault))]),
    )
  },
}
