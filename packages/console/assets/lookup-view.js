// Who is logged in where, which marks apply and why; and what can be done about it.
import { ask } from './api.js'
import { confirmWithReason } from './dialog.js'
import { busy, el, facts, field, idInput, notify } from './dom.js'
import { markCard } from './marks.js'
import { sessionList } from './sessions.js'
import { value } from './text.js'

const kinds = { subject: 'Subject (sub)', session: 'Session (sid)', jti: 'Token (jti)', claim: 'Claim' }
const scopeOf = { subject: 'sub', session: 'sid', jti: 'jti' }

/** Shows the view. `start` is a target to look up at once. */
export function lookupView(content, viewer, start) {
  const results = el('div', { id: 'results' })
  const form = searchForm(viewer, (target) => show(target))
  content.append(el('section', { class: 'card', 'aria-label': 'Look up' }, form.element), results)
  if (start !== undefined) {
    form.fill(start)
    void busy(form.element, () => show(start))
  }

  async function show(target) {
    // What was found before must not stay if this fails.
    results.replaceChildren()
    const answer = await ask('lookup', { target })
    const again = (message) => reload(target, message)
    results.replaceChildren(...resultsOf({ target, answer, viewer, again }))
  }

  /** Shows what is so after a change, and says what has changed. */
  async function reload(target, message) {
    notify('good', message)
    await show(target)
  }
}

function searchForm({ needsIssuer, sessionIssuer }, onTarget) {
  const kind = el(
    'select',
    { id: 'kind' },
    ...Object.entries(kinds).map(([key, name]) => el('option', { value: key }, name)),
  )
  const claim = el('input', { id: 'claim', ...idInput })
  const id = el('input', { id: 'id', required: true, ...idInput })
  const issuer = needsIssuer
    ? el('input', { id: 'issuer', required: true, ...idInput, value: sessionIssuer ?? '' })
    : undefined
  const owner = el('input', { id: 'owner', ...idInput })
  const claimField = field('Name of the claim', claim, { className: 'narrow-field' })
  const ownerField = field('Of the subject, if known', owner)
  const adapt = () => {
    claimField.hidden = kind.value !== 'claim'
    claim.required = kind.value === 'claim'
    ownerField.hidden = kind.value !== 'session' && kind.value !== 'jti'
  }
  kind.addEventListener('change', adapt)
  adapt()
  const target = () => {
    const named = kind.value === 'claim' ? { claim: claim.value, value: id.value } : { [kind.value]: id.value }
    const of = !ownerField.hidden && owner.value !== '' ? { ofSubject: owner.value } : {}
    return { ...named, ...of, ...(issuer !== undefined && { issuer: issuer.value }) }
  }
  const submit = (event) => {
    event.preventDefault()
    notify('good', '')
    void busy(element, () => onTarget(target()))
  }
  const element = el(
    'form',
    { class: 'search', role: 'search', on: { submit } },
    field('Look up a', kind, { className: 'narrow-field' }),
    claimField,
    field('Id', id),
    ownerField,
    issuer && field('Issuer', issuer),
    el('button', { class: 'primary', type: 'submit' }, 'Look up'),
  )
  return { element, fill: (given) => fill({ kind, claim, id, owner, issuer, adapt }, given) }
}

function fill({ kind, claim, id, owner, issuer, adapt }, target) {
  kind.value = Object.keys(kinds).find((name) => target[name] !== undefined) ?? 'subject'
  claim.value = target.claim ?? ''
  id.value = target.value ?? target[kind.value] ?? ''
  owner.value = target.ofSubject ?? ''
  if (issuer !== undefined && target.issuer !== undefined) issuer.value = target.issuer
  adapt()
}

function resultsOf(shown) {
  const { target, answer, viewer } = shown
  const name = value(target.subject ?? target.session ?? target.jti ?? target.value)
  return [
    el('div', { class: 'heading' }, el('h2', {}, name), el('span', {}, ...actions(shown))),
    ...(target.subject === undefined ? ownerPart(shown) : []),
    ...(answer.sessions === null ? [] : sessionPart(shown)),
    ...markPart(shown),
    viewer.hasAudit && target.subject !== undefined ? auditButton(target, viewer) : '',
  ]
}

/** Says whose session or token was looked up, as far as that is known. */
function ownerPart({ target, answer: { subject }, viewer }) {
  if (subject !== null) {
    const start = { subject, ...(target.issuer !== undefined && { issuer: target.issuer }) }
    const attributes = { class: 'quiet small', type: 'button', on: { click: () => viewer.open('lookup', start) } }
    return [
      facts([['Subject', value(subject)]]),
      el('div', { class: 'buttons' }, el('button', attributes, 'Look up the subject')),
    ]
  }
  if (target.session === undefined || !viewer.hasSessions) return []
  const text =
    'Whose session this is, the server cannot tell: sessions are listed by subject. Name the subject above to see the device.'
  return [el('p', { class: 'hint' }, text)]
}

function auditButton(target, { open }) {
  const attributes = { class: 'quiet small', type: 'button', on: { click: () => open('audit', target) } }
  return el('div', { class: 'buttons' }, el('button', attributes, 'Show its audit trail'))
}

/** Returns the button that revokes what was looked up. */
function actions({ target, answer, viewer, again }) {
  const isClaim = target.claim !== undefined
  if (isClaim ? !viewer.mayRevokeMany : !viewer.mayRevoke) return []
  const closes = target.subject !== undefined && answer.sessions !== null
  const verb = target.subject === undefined ? 'Revoke' : 'Log out everywhere'
  const text = {
    subject: 'All tokens of this subject that were issued until now are refused. A new login works at once.',
    session: 'All tokens of this session are refused.',
    jti: 'This token is refused.',
    claim: 'All tokens with this value of the claim that were issued until now are refused.',
  }[isClaim ? 'claim' : Object.keys(kinds).find((name) => target[name] !== undefined)]
  const click = (event) =>
    busy(event.currentTarget, async () => {
      const id = target.subject ?? target.session ?? target.jti ?? target.value
      const reason = await confirmWithReason({ title: el('span', {}, `${verb}: `, value(id)), text, verb })
      if (reason === undefined) return
      if (closes) {
        const { closed } = await ask('close-all', { subject: target.subject, reason })
        await again(closed === 1 ? 'Done. 1 device was logged out.' : `Done. ${closed} devices were logged out.`)
      } else {
        await ask('revoke', { target: withOwner(target, answer), reason })
        await again('Done. It is revoked.')
      }
    })
  return [el('button', { class: 'danger', type: 'button', on: { click } }, verb)]
}

/** Adds whose session it is, for the audit trail. */
function withOwner(target, { subject }) {
  return target.session === undefined || subject === null ? target : { ...target, ofSubject: subject }
}

function sessionPart({ target, answer: { sessions, subject }, viewer, again }) {
  const onClose = viewer.mayRevoke
    ? (session, button) =>
        busy(button, async () => {
          const title = el('span', {}, 'Log out: ', value(session.device.name))
          const text = 'All tokens of this device are refused. The other devices stay logged in.'
          const reason = await confirmWithReason({ title, text, verb: 'Log out' })
          if (reason === undefined) return
          const { wasOpen } = await ask('close', { subject, id: session.id, reason })
          await again(wasOpen ? 'Done. The device is logged out.' : 'It was logged out before.')
        })
    : undefined
  const title = sessions.length === 1 ? '1 device logged in' : `${sessions.length} devices logged in`
  return [
    el('h2', { class: 'section' }, title),
    sessions.length === 0 ? el('p', { class: 'hint' }, noSession(target)) : sessionList(sessions, onClose),
  ]
}

const noSession = ({ session }) =>
  session === undefined ? 'There is no open session.' : 'The subject has no open session with this id.'

function markPart({ target, answer, viewer, again }) {
  const { marks } = answer

  const own = target.claim ?? scopeOf[Object.keys(scopeOf).find((name) => target[name] !== undefined)]
  const mayReinstate = target.claim !== undefined ? viewer.mayRevokeMany : viewer.mayRevoke
  const reinstate = (event) =>
    busy(event.currentTarget, async () => {
      const text = 'Tokens that this mark alone refuses pass again, also those that a thief may have.'
      const reason = await confirmWithReason({ title: 'Reinstate', text, verb: 'Reinstate', isDanger: false })
      if (reason === undefined) return
      await ask('reinstate', { target: withOwner(target, answer), reason })
      await again('Done. It is reinstated. What another mark revokes stays revoked.')
    })
  const button = (mark) =>
    mark.scope === own && mayReinstate && el('button', { type: 'button', on: { click: reinstate } }, 'Reinstate')
  return [
    el('h2', { class: 'section' }, 'What is revoked, and why'),
    marks.length === 0
      ? el('p', { class: 'hint' }, 'Nothing: no mark applies. Tokens pass until they expire.')
      : el('ul', { class: 'sessions' }, ...marks.map((mark) => markCard(mark, button(mark)))),
  ]
}
