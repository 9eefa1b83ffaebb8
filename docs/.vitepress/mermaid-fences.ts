/** Turns the `mermaid` fences of a page into diagrams of the theme. */
import type { MarkdownRenderer } from 'vitepress'

/** A plugin of markdown-it. */
export function mermaidFences(md: MarkdownRenderer): void {
  const renderFence = md.renderer.rules.fence
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const token = tokens[index]
    if (token?.info.trim() === 'mermaid') return `<MermaidDiagram source="${encodeURIComponent(token.content)}" />\n`
    return renderFence?.(tokens, index, ...rest) ?? ''
  }
}
