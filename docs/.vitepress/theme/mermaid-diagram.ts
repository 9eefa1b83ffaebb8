/** A diagram, drawn in the browser from its Mermaid source, in the colours of the page. */
import type { MermaidConfig } from 'mermaid'
import { useData } from 'vitepress'
import { defineComponent, h, onMounted, ref, useId, watch } from 'vue'

/** Takes its source as `encodeURIComponent` leaves it, so that Markdown changes nothing in it. */
export const MermaidDiagram = defineComponent({
  props: { source: { type: String, required: true } },
  setup({ source }) {
    const { isDark } = useData()
    const id = `diagram-${useId()}`
    const svg = ref('')

    async function draw(): Promise<void> {
      const { default: mermaid } = await import('mermaid')
      mermaid.initialize(settings(isDark.value))
      svg.value = atReadableSize((await mermaid.render(id, decodeURIComponent(source))).svg)
    }

    onMounted(() => watch(isDark, draw, { immediate: true, flush: 'post' }))
    // It scrolls if the page is narrow, and then the keyboard must reach it.
    const attributes = { class: 'diagram', tabindex: 0, role: 'group', 'aria-label': 'Diagram' }
    return () => h('div', { ...attributes, innerHTML: svg.value })
  },
})

/** Mermaid derives the other colours from these, which are those of the page. */
function settings(darkMode: boolean): MermaidConfig {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(`--vp-c-${name}`).trim()
  const [page, box, text, line] = [colour('bg'), colour('bg-soft'), colour('text-1'), colour('text-2')]
  return {
    startOnLoad: false,
    theme: 'base',
    themeVariables: {
      darkMode,
      fontFamily: style.getPropertyValue('--vp-font-family-base'),
      fontSize: '15px',
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
  }
}

/** Mermaid lets a drawing shrink with the page. It must not, below the size at which it is read. */
function atReadableSize(svg: string): string {
  return svg.replace(/max-width: ([\d.]+)px;/, (rule, width: string) => `${rule} min-width: ${0.7 * Number(width)}px;`)
}
