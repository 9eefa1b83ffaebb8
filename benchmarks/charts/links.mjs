// @ts-check
// Links between charts. The page of the site has a heading for each, and a drawing has no links.

/**
 * Returns a link to a chart on the same page, in Markdown.
 *
 * @param {{ readonly title: string }} chart
 * @param {string} text
 */
export function linkTo({ title }, text) {
  return `[${text}](#${anchorOf(title)})`
}

/**
 * Returns the anchor of a heading, as VitePress writes it.
 *
 * @param {string} title
 */
export function anchorOf(title) {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

/**
 * Returns a text of Markdown without the addresses of its links.
 *
 * @param {string} text
 */
export function withoutLinks(text) {
  return text.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
}
