// Who revoked and reinstated what, when and why.
import { ask } from './api.js'
import { busy, el, field, idInput, notify } from './dom.js'
import { changeEntry, hashesHint, reachOf } from './marks.js'
import { instant, value } from './text.js'

/** Shows the view. `start` is a target whose subject is filtered by at once. */
export function auditView(content, viewer, start) {
  const subject = el('input', { id: 'audit-subject', ...idInput, value: start?.subject ?? '' })
  const issuer = viewer.needsIssuer
    ? el('input', { id: 'audit-issuer', ...idInput, value: start?.issuer ?? viewer.sessionIssuer ?? '' })
    : undefined
  const list = el('ul', { class: 'sessions', 'aria-label': 'Entries, the latest first' })
  const empty = el('p', { class: 'hint', hidden: true }, 'There are no entries.')
  const more = el(
    'button',
    { type: 'button', hidden: true, on: { click: () => busy(more, () => load(next)) } },
    'Show more',
  )
  let next
  const submit = (event) => {
    event.preventDefault()
    notify('good', '')
    void busy(form, () => load())
  }
  const form = el(
    'form',
    { class: 'search', role: 'search', on: { submit } },
    field('Subject', subject),
    issuer && field('Issuer', issuer),
    el('button', { class: 'primary', type: 'submit' }, 'Show'),
  )
  content.append(
    el(
      'section',
      { class: 'card', 'aria-label': 'Choose entries' },
      form,
      el('p', { class: 'hint' }, 'Without a subject, all entries are shown.'),
    ),
    el('h2', { class: 'section' }, 'Entries'),
    viewer.namesIds ? '' : hashesHint(),
    empty,
    list,
    el('div', { class: 'buttons' }, more),
  )
  void busy(form, () => load())

  async function load(after) {
    const named = subject.value === '' ? {} : { subject: subject.value, ...(issuer && { issuer: issuer.value }) }
    const page = await ask('audit', { ...named, ...(after && { after }) })
    const rows = page.entries.map(row)
    if (after) list.append(...rows)
    else list.replaceChildren(...rows)
    empty.hidden = list.childElementCount > 0
    next = page.next
    more.hidden = next === null
  }
}

function row(entry) {
  const { at, value: id, issuer, subject, cutoff, actor, reason } = entry
  return changeEntry(entry, [
    ['When', instant(at)],
    ['Who', actor === null ? 'not said' : value(actor)],
    ['Reason', reason === null ? 'none given' : value(reason)],
    ['Issuer', issuer === undefined ? undefined : value(issuer)],
    ['Of', subject !== null && subject !== id ? value(subject) : undefined],
    ['Reaches', reachOf(cutoff)],
  ])
}
