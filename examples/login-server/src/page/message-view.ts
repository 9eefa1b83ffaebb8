import { html } from './html.ts'
import { renderPage } from './layout.ts'

/** Renders a page that says why something cannot be shown or done. */
export function messageView(title: string, text: string): string {
  return renderPage({
    title,
    content: html`<section class="card narrow"><p>${text}</p><p><a href="/devices">Back to the devices</a></p></section>`,
  })
}
