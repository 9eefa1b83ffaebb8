/** A diagram, drawn in the browser from its Mermaid source, in the colours of the page. */
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
      mermaid.initialize({ startOnLoad: false, theme: isDark.value ? 'dark' : 'neutral', fontFamily: 'inherit' })
      svg.value = (await mermaid.render(id, decodeURIComponent(source))).svg
    }

    onMounted(() => watch(isDark, draw, { immediate: true }))
    return () => h('div', { class: 'diagram', innerHTML: svg.value })
  },
})
