// What only an admin may do: revoke a list of subjects, and everything.
import { confirmWithReason } from './dialog.js'
import { busy, el, field, idInput, notify } from './dom.js'
import { everythingCard } from './everything-card.js'
import { count, longestId, revokeInParts, subjectsIn } from './subjects.js'

/** Shows the view. Returns a function that ends it. */
export function listView(content, viewer) {
  const list = listForm(viewer)
  const title = el('h2', { id: 'list-title' }, 'A list of subjects')
  content.append(
    el('section', { class: 'card', 'aria-labelledby': 'list-title' }, title, list.form),
    everythingCard(viewer),
  )
  return list.stop
}

function listForm(viewer) {
  const parts = fieldsOf(viewer)
  const { text, issuer, found, start, stop, progress } = parts
  let stopping = new AbortController()

  text.addEventListener('input', () => {
    viewer.draft = text.value
    const { subjects, tooLong } = subjectsIn(text.value)
    start.disabled = subjects.length === 0 || tooLong > 0
    start.textContent = subjects.length === 0 ? 'Revoke' : `Revoke ${count(subjects.length, 'subject')}`
    found.textContent =
      tooLong === 0
        ? `${count(subjects.length, 'subject')}.`
        : `${count(tooLong, 'line')} too long for a subject: more than ${longestId.toLocaleString('en')} characters.`
  })
  stop.addEventListener('click', () => stopping.abort())
  // What is left of a list is there again after a look at another view.
  text.value = viewer.draft ?? ''
  if (text.value !== '') text.dispatchEvent(new Event('input'))

  async function run() {
    const { subjects } = subjectsIn(text.value)
    const title = `Revoke ${count(subjects.length, 'subject')}`
    const reason = await confirmWithReason({ title, text: whatHappens, verb: title })
    if (reason === undefined) return
    stopping = new AbortController()
    setRunning(true)
    try {
      await revokeInParts({ subjects, reason, issuer: issuer?.value, viewer, parts, signal: stopping.signal })
    } finally {
      setRunning(false)
      text.dispatchEvent(new Event('input'))
    }
  }

  function setRunning(isRunning) {
    if (isRunning) window.addEventListener('beforeunload', askBeforeLeaving)
    else window.removeEventListener('beforeunload', askBeforeLeaving)
    if (isRunning) progress.hidden = false
    stop.hidden = !isRunning
    text.readOnly = isRunning
    start.disabled = isRunning
  }

  const submit = (event) => {
    event.preventDefault()
    notify('good', '')
    void busy(form, run)
  }
  const form = el(
    'form',
    { on: { submit } },
    field('Subjects, one a line', text),
    found,
    issuer && field('Issuer', issuer),
    el('div', { class: 'buttons' }, start, stop),
    progress,
  )
  return { form, stop: () => stopping.abort() }
}

/** Makes the browser ask whether to leave: the rest of the list would be gone. */
const askBeforeLeaving = (event) => event.preventDefault()

const whatHappens =
  'All tokens of these subjects that were issued until now are refused, and all their devices are logged out.'

function fieldsOf({ needsIssuer, sessionIssuer }) {
  const bar = el('progress', { max: 1, value: 0, 'aria-label': 'Progress' })
  const said = el('p', { role: 'status' })
  return {
    text: el('textarea', { id: 'list', rows: 10, spellcheck: 'false', autocapitalize: 'none', autocomplete: 'off' }),
    issuer: needsIssuer
      ? el('input', { id: 'list-issuer', required: true, ...idInput, value: sessionIssuer ?? '' })
      : undefined,
    found: el('p', { class: 'hint' }, 'No subjects yet.'),
    start: el('button', { class: 'danger', type: 'submit', disabled: true }, 'Revoke'),
    stop: el('button', { class: 'quiet', type: 'button', hidden: true }, 'Stop'),
    bar,
    said,
    progress: el('div', { hidden: true }, bar, said),
  }
}
