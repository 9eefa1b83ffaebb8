/** The default theme, with diagrams and the calculator of the capacity page. */
import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme'
import { CapacityCalculator } from './capacity-calculator.ts'
import { MermaidDiagram } from './mermaid-diagram.ts'
import './capacity-calculator.css'
import './style.css'

export default {
  extends: DefaultTheme,
  enhanceApp: ({ app }) => {
    app.component('CapacityCalculator', CapacityCalculator)
    app.component('MermaidDiagram', MermaidDiagram)
  },
} satisfies Theme
