/** How Mermaid draws: in the colours of the page, and narrow if the page is. */
import type { MermaidConfig } from 'mermaid'

/** What the page is like. */
export interface PageLook {
  readonly isDark: boolean
  readonly isNarrow: boolean
}

/** Returns the settings for a page. Mermaid derives the colours that are not given from these. */
export function mermaidSettings({ isDark, isNarrow }: PageLook): MermaidConfig {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(`--vp-c-${name}`).trim()
  const [page, box, text, line] = [colour('bg'), colour('bg-soft'), colour('text-1'), colour('text-2')]
  const layout = isNarrow ? narrowLayout : wideLayout
  const fontFamily = style.getPropertyValue('--vp-font-family-base')
  return {
    startOnLoad: false,
    theme: 'base',
    fontFamily,
    themeVariables: {
      darkMode: isDark,
      fontFamily,
      fontSize: `${layout.fontSize}px`,
      background: page,
      primaryColor: box,
      primaryTextColor: text,
      primaryBorderColor: line,
      secondaryColor: box,
      tertiaryColor: page,
      lineColor: line,
      textColor: text,
      edgeLabelBackground: page,
      labelBackgroundColor: page,
      noteBkgColor: box,
      noteTextColor: text,
      noteBorderColor: line,
    },
    ...layout,
  }
}

const wideLayout: MermaidConfig = {
  fontSize: 15,
  flowchart: { wrappingWidth: 120, nodeSpacing: 24, rankSpacing: 28, padding: 10 },
}

/** Texts wrap, and boxes stand close to one another. */
const narrowLayout: MermaidConfig = {
  fontSize: 13,
  flowchart: { wrappingWidth: 100, nodeSpacing: 10, rankSpacing: 30, padding: 6 },
  sequence: {
    wrap: true,
    wrapPadding: 4,
    width: 88,
    actorMargin: 30,
    boxMargin: 6,
    noteMargin: 6,
    messageMargin: 26,
    diagramMarginX: 4,
  },
}
