import { ask } from './api.js'
import { confirmWithReason } from './dialog.js'
import { busy, el, field, idInput, notify } from './dom.js'

/** Returns the card that revokes and reinstates everything, each after a typed confirmation. */
export function everythingCard({ needsIssuer, sessionIssuer }) {
  const issuer = needsIssuer
    ? el('input', { id: 'everything-issuer', required: true, ...idInput, value: sessionIssuer ?? '' })
    : undefined
  const target = () => ({ everything: true, ...(issuer && { issuer: issuer.value }) })
  const change =
    ({ route, title, text, done, isDanger }) =>
    (event) =>
      busy(event.currentTarget, async () => {
        const reason = await confirmWithReason({ title, text, verb: title, typed: 'everything', isDanger })
        if (reason === undefined) return
        await ask(route, { target: target(), reason, confirm: 'everything' })
        notify('good', done)
      })
  const button = (className, options) =>
    el('button', { class: className, type: 'button', on: { click: change(options) } }, `${options.title} …`)
  return el(
    'section',
    { class: 'card', 'aria-labelledby': 'everything-title' },
    el('h2', { id: 'everything-title' }, 'Everything'),
    el('p', { class: 'hint' }, 'After the leak of a signing key, say. Everybody logs in again.'),
    issuer && field('Issuer', issuer),
    el('div', { class: 'buttons' }, button('danger', revoke), button('quiet', reinstate)),
  )
}

const revoke = {
  route: 'revoke',
  title: 'Revoke everything',
  text: 'Every token that was issued until now is refused: everybody is logged out.',
  done: 'Done. Every token that was issued until now is refused.',
  isDanger: true,
}

const reinstate = {
  route: 'reinstate',
  title: 'Reinstate everything',
  text: 'The revocation of everything is forgotten. What was revoked by itself stays revoked.',
  done: 'Done. What was not revoked by itself passes again.',
  isDanger: false,
}
