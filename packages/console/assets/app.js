// Chooses the view by the fragment of the address. Ids are never in the address.
import { ask } from './api.js'
import { auditView } from './audit-view.js'
import { el, notify } from './dom.js'
import { listView } from './list-view.js'
import { liveView } from './live-view.js'
import { lookupView } from './lookup-view.js'
import { stateView } from './state-view.js'
import { refreshInstants, value } from './text.js'

const views = {
  lookup: { title: 'Look up', show: lookupView, isOpen: () => true },
  live: { title: 'Live', show: liveView, isOpen: ({ hasLive }) => hasLive },
  audit: { title: 'Audit trail', name: 'Audit', show: auditView, isOpen: ({ hasAudit }) => hasAudit },
  many: { title: 'Many at once', name: 'Many', show: listView, isOpen: ({ mayRevokeMany }) => mayRevokeMany },
  state: { title: 'Store', show: stateView, isOpen: () => true },
}

let end
let shown
let start

function show(viewer) {
  const asked = location.hash.slice(1)
  // Such as the link that skips to the content.
  if (asked !== '' && !Object.hasOwn(views, asked)) return
  const name = asked !== '' && views[asked].isOpen(viewer) ? asked : 'lookup'
  const { title, show: fill } = views[name]
  end?.()
  const content = document.getElementById('content')
  content.replaceChildren()
  document.title = `${title} – Revocation console`
  document.getElementById('title').textContent = title
  for (const link of document.querySelectorAll('#views a')) {
    if (link.hash === `#${name}`) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  if (shown !== undefined) {
    notify('good', '')
    document.getElementById('title').focus()
  }
  shown = name
  end = fill(content, viewer, start)
  start = undefined
}

async function begin() {
  const viewer = await ask('me')
  const open = Object.entries(views).filter(([, view]) => view.isOpen(viewer))
  document.getElementById('viewer').replaceChildren(value(viewer.actor), ` · ${viewer.role}`)
  document
    .getElementById('views')
    .replaceChildren(...open.map(([key, { title, name = title }]) => el('a', { href: `#${key}` }, name)))
  const person = {
    ...viewer,
    open: (name, target) => {
      start = target
      if (location.hash === `#${name}`) show(person)
      else location.hash = name
    },
  }
  window.addEventListener('hashchange', () => show(person))
  setInterval(refreshInstants, 10_000)
  show(person)
}

begin().catch((error) => notify('bad', error.message))
