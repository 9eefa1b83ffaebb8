// What is revoked and reinstated, as it happens.
import { ask } from './api.js'
import { el } from './dom.js'
import { changeEntry, hashesHint, reachOf, targetOf } from './marks.js'
import { instant, value } from './text.js'

const shown = 100
/** Several processes may answer, each with its latest 200 changes. */
const remembered = 10_000
const states = {
  live: 'Live: changes are shown within moments.',
  starting: 'Connecting to the change log …',
  stale: 'Late: the change log could not be read lately.',
  closed: 'The store was closed.',
}

/** Shows the view. Returns a function that ends it. */
export function liveView(content, viewer) {
  const state = el('p', { class: 'hint', role: 'status' }, 'Connecting …')
  const list = el('ul', { class: 'sessions', 'aria-label': 'Changes, the latest first' })
  const empty = el('p', { class: 'hint' }, 'Nothing was revoked since you look. Leave this open.')
  const stopping = new AbortController()
  let known = ''
  const cursors = new Map()
  const seen = new Set()
  content.append(
    el('p', {}, 'Revocations and reinstatements of all processes over this store.'),
    state,
    viewer.namesIds ? '' : hashesHint(),
    empty,
    list,
  )
  void follow()
  return () => stopping.abort()

  async function follow() {
    while (!stopping.signal.aborted) {
      try {
        const after = [...cursors].map(([process, next]) => `${process}.${next}`).join(',')
        const page = await ask(`changes?wait=10&state=${known}&after=${encodeURIComponent(after)}`, undefined, {
          signal: stopping.signal,
        })
        cursors.set(page.process, page.next)
        known = page.state
        state.textContent = states[known] ?? ''
        for (const change of page.changes) add(change)
      } catch (error) {
        if (stopping.signal.aborted) return
        state.textContent = error.message
        if (error.code === 'no_live' || error.code === 'refused') return
        await new Promise((resolve) => setTimeout(resolve, 3_000))
      }
    }
  }

  function add(change) {
    if (seen.has(change.id)) return
    seen.add(change.id)
    if (seen.size > remembered) seen.delete(seen.values().next().value)
    if (change.action === 'missed' && list.childElementCount === 0) return
    empty.hidden = true
    list.prepend(row(change, viewer))
    while (list.childElementCount > shown) list.lastElementChild.remove()
  }
}

function row(change, viewer) {
  const { at, action, scope, issuer, reason, cutoff, expiresAt } = change
  if (action === 'missed')
    return el(
      'li',
      { class: 'session entry' },
      el('p', { class: 'about' }, 'Changes may be missing here: the log was not read for a while.'),
    )
  const known = [
    ['Seen', instant(at)],
    ['Reason', reason === undefined ? undefined : value(reason)],
    ['Issuer', issuer === undefined ? undefined : value(issuer)],
    ['Reaches', reachOf(cutoff)],
    ['Forgotten', expiresAt === undefined ? undefined : instant(expiresAt)],
  ]
  return changeEntry(change, known, scope !== 'all' && viewer.namesIds && lookUp(change, viewer))
}

function lookUp({ scope, value: id, issuer }, viewer) {
  const target = { ...targetOf(scope, id), ...(issuer !== undefined && { issuer }) }
  return el('button', { class: 'small', type: 'button', on: { click: () => viewer.open('lookup', target) } }, 'Look up')
}
