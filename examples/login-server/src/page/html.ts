/** Markup that may be sent as it is. Made by {@link html} alone, which escapes all else. */
export interface Html {
  readonly markup: string
}

/** What a template may contain. `undefined` and `false` add nothing. */
type Part = string | number | false | undefined | Html | readonly Html[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Makes markup of a template. Escapes every part that is no markup, for text and for attributes in
 * quotes.
 */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { markup: texts.map((text, index) => text + markupOf(parts[index])).join('') }
}

function markupOf(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part !== 'object') return String(part).replace(/[&<>"']/g, (character) => entities[character] ?? '')
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('')
}
