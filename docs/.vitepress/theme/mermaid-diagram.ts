/** A diagram, drawn in the browser from its Mermaid source, in the colours of the page. */
import { useData } from 'vitepress'
import { defineComponent, h, onMounted, onUnmounted, ref, useId, watch } from 'vue'
import { mermaidSettings } from './mermaid-settings.ts'

/** Pages that a diagram must be narrow for. */
const narrow = '(max-width: 639px)'

/** Takes its source as `encodeURIComponent` leaves it, so that Markdown changes nothing in it. */
export const MermaidDiagram = defineComponent({
  props: { source: { type: String, required: true } },
  setup({ source }) {
    const { isDark } = useData()
    const id = `diagram-${useId()}`
    const svg = ref('')
    const isNarrow = ref(false)
    let drawings = 0

    async function draw(): Promise<void> {
      const { default: mermaid } = await import('mermaid')
      mermaid.initialize(mermaidSettings({ isDark: isDark.value, isNarrow: isNarrow.value }))
      const text = decodeURIComponent(source)
      // Mermaid removes what has the same id from the page, also if the drawing is the same.
      const drawn = await mermaid.render(`${id}-${++drawings}`, isNarrow.value ? downwards(text) : text)
      svg.value = atReadableSize(drawn.svg)
    }

    let query: MediaQueryList | undefined
    const resize = (): void => {
      isNarrow.value = query?.matches === true
    }
    onMounted(() => {
      query = matchMedia(narrow)
      query.addEventListener('change', resize)
      resize()
      watch([isDark, isNarrow], draw, { immediate: true, flush: 'post' })
    })
    onUnmounted(() => query?.removeEventListener('change', resize))
    // It scrolls if the page is narrow, and then the keyboard must reach it.
    const attributes = { class: 'diagram', tabindex: 0, role: 'group', 'aria-label': 'Diagram' }
    return () => h('div', { ...attributes, innerHTML: svg.value })
  },
})

/** A chain from left to right does not fit a phone. */
function downwards(source: string): string {
  return source.replace(/^flowchart LR/, 'flowchart TD')
}

/** Mermaid lets a drawing shrink with the page. It must not, below the size at which it is read. */
function atReadableSize(svg: string): string {
  return svg.replace(/max-width: ([\d.]+)px;/, (rule, width: string) => `${rule} min-width: ${0.75 * Number(width)}px;`)
}
