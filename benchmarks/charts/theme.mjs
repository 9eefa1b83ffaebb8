// @ts-check
// The colours of the charts. A chart is drawn in light colours, and a style in the file replaces
// them if its reader prefers dark ones. Its background is in the file, so that it is readable on
// any page, also on one that is dark while the system is light.

/** Each with its dark counterpart. */
export const colours = {
  background: ['#ffffff', '#1b1b1f'],
  ink: ['#1f2328', '#e6edf3'],
  muted: ['#59636e', '#a5adb8'],
  grid: ['#d1d9e0', '#3d444d'],
  ours: ['#0b5cad', '#6cb6ff'],
  peer: ['#8a4b00', '#e3a25f'],
  third: ['#6639a6', '#c4a5f5'],
  fourth: ['#1a6b33', '#57d07d'],
}

/** @param {keyof typeof colours} name */
export const colour = (name) => /** @type {string} */ (colours[name][0])

export const fontSize = 13
export const titleSize = 15

/** The text of a tick, as an expression of Vega: `2M`, `10k`, `4,000`, `0.5`. */
export const tickText = [
  "datum.value >= 1e6 ? format(datum.value / 1e6, '~g') + 'M'",
  "datum.value >= 1e4 ? format(datum.value / 1e3, '~g') + 'k'",
  "format(datum.value, datum.value < 1 ? '~g' : ',')",
].join(' : ')

export const config = {
  font: 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", "DejaVu Sans", sans-serif',
  background: colour('background'),
  view: { stroke: null },
  title: { color: colour('ink'), fontSize: titleSize, anchor: 'start', frame: 'group', offset: 12 },
  axis: {
    labelColor: colour('muted'),
    titleColor: colour('ink'),
    titleFontWeight: 'normal',
    labelFontSize: fontSize - 1,
    titleFontSize: fontSize,
    gridColor: colour('grid'),
    domainColor: colour('grid'),
    tickColor: colour('grid'),
  },
  legend: {
    labelColor: colour('ink'),
    labelFontSize: fontSize,
    symbolStrokeWidth: 2,
    symbolSize: 90,
    labelLimit: 0,
    title: null,
    orient: 'top',
    columns: 1,
  },
  text: { color: colour('ink'), fontSize },
}

/** The style that replaces the light colours by dark ones, and draws halos behind their texts. */
export function styleOf() {
  const rules = Object.values(colours).flatMap(([light, dark]) =>
    ['fill', 'stroke'].map((property) => `[${property}="${light}"]{${property}:${dark}}`),
  )
  return `<style>text{paint-order:stroke}@media (prefers-color-scheme: dark){${rules.join('')}}</style>`
}
