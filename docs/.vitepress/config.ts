/** The site: its pages are the Markdown files of this folder. */
import { defineConfig } from 'vitepress'
import { writeLlmsTexts } from './llms.ts'
import { mermaidFences } from './mermaid-fences.ts'
import { groups } from './sidebar.ts'
import { tableLabels } from './table-labels.ts'

const title = 'revoked'
const description = 'Take a JWT back now: log out, everywhere, at once.'

export default defineConfig({
  title,
  description,
  lang: 'en',
  head: [['link', { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' }]],
  srcExclude: ['README.md'],
  cleanUrls: true,
  lastUpdated: false,
  markdown: {
    config: (md) => {
      mermaidFences(md)
      tableLabels(md)
    },
  },
  themeConfig: {
    nav: [
      { text: 'Start', link: '/start/first-ten-minutes' },
      { text: 'Frameworks', link: '/frameworks/' },
      { text: 'Guides', link: '/guides/denylist-or-allowlist' },
      { text: 'Operate', link: '/operate/alerts' },
      { text: 'How it works', link: '/how-it-works/marks' },
      { text: 'Security', link: '/security/guarantees' },
      { text: 'Compare', link: '/compare/alternatives' },
      { text: 'Reference', link: '/reference/' },
    ],
    sidebar: groups,
    outline: [2, 3],
    // The index of all pages is part of the site, so the search works offline.
    search: { provider: 'local' },
    docFooter: { prev: 'Previous', next: 'Next' },
  },
  // Diagrams are drawn in the browser; the library is loaded by the pages that have one.
  vite: { build: { chunkSizeWarningLimit: 4_000 } },
  buildEnd: ({ srcDir, outDir }) => writeLlmsTexts({ title, description, srcDir, outDir }),
})
