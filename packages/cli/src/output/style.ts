import { shown } from './printable.ts'

/**
 * Functions that emphasise text, which may be that of a store. Without colours, they add nothing.
 */
export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly good: (text: string) => string
  readonly warning: (text: string) => string
  readonly bad: (text: string) => string
}

/** Returns whether a stream shows colours: a terminal, unless `NO_COLOR` or `TERM=dumb` is set. */
export function hasColours(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  // https://no-color.org: it counts if it is not empty, whatever it says.
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
}

/** Returns the style of a stream. */
export function createStyle(isColoured: boolean): Style {
  const code = (open: number, close: number) => (text: string) =>
    isColoured ? `\u001b[${open}m${shown(text)}\u001b[${close}m` : shown(text)
  return { bold: code(1, 22), dim: code(2, 22), good: code(32, 39), warning: code(33, 39), bad: code(31, 39) }
}
