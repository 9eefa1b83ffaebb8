import { type Html, html } from './html.ts'

/** A message above the content of a page. */
export interface Notice {
  readonly tone: 'good' | 'bad'
  readonly text: string
}

/** Who looks at a page. */
export interface Viewer {
  readonly name: string
  readonly isAdmin: boolean
}

/** The contents of a page. */
export interface Page {
  readonly title: string
  readonly content: Html
  readonly notice?: Notice | undefined
  /** Whoever is logged in. The script of the page watches their session. */
  readonly viewer?: Viewer
}

/** Returns a whole document. */
export function renderPage({ title, content, notice, viewer }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Login server</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/base.css">
<link rel="stylesheet" href="/assets/parts.css">
<script src="/assets/page.js" type="module"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${header(viewer)}
<main id="main"${viewer !== undefined && html` data-events="/devices/events"`}>
<h1 id="title" tabindex="-1">${title}</h1>
<p id="notice" class="notice ${notice?.tone}" role="status" aria-live="polite" tabindex="-1">${notice?.text}</p>
<div id="content">
${content}
</div>
</main>
</body>
</html>
`.markup
}

function header(viewer: Viewer | undefined): Html {
  return html`<header>
<a class="brand" href="/devices"><img src="/assets/icon.svg" alt="" width="28" height="28"> Login server</a>
${viewer !== undefined && navigation(viewer)}
</header>`
}

function navigation({ name, isAdmin }: Viewer): Html {
  return html`<nav aria-label="Account">
<span class="who">${name}</span>
${isAdmin && html`<a href="/devices">Devices</a> <a href="/admin/sessions">Users</a> <a href="/console/">Console</a>`}
<form method="post" action="/devices/logout"><button class="quiet">Log out</button></form>
</nav>`
}
