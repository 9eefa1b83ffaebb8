// What marks and changes are about, in words.
import { el, facts } from './dom.js'
import { instant, value } from './text.js'

const scopes = { jti: 'Token', sid: 'Session', sub: 'Subject', all: 'Everything' }
const forms = { jti: 'jti', sid: 'session', sub: 'subject' }

/** Returns the name of a scope: that of a claim is data. */
export function scopeName(scope) {
  return el('span', { class: 'scope' }, ...(Object.hasOwn(scopes, scope) ? [scopes[scope]] : ['Claim ', value(scope)]))
}

/** Says why ids are shown that nobody has typed. */
export function hashesHint() {
  return el(
    'p',
    { class: 'hint' },
    'The store keeps hashes in place of ids. Looking up an id finds what is kept of it.',
  )
}

/** Returns the target that a key was revoked by. */
export function targetOf(scope, id) {
  if (scope === 'all') return { everything: true }
  return Object.hasOwn(forms, scope) ? { [forms[scope]]: id } : { claim: scope, value: id }
}

/** Returns which tokens a cutoff reaches. */
export function reachOf(cutoff) {
  if (cutoff === 'all') return 'all tokens'
  if (cutoff === 'none' || cutoff === null || cutoff === undefined) return undefined
  return el('span', {}, 'tokens issued until ', instant(cutoff))
}

/** Returns the entry of a change in a list, with what is known of it. */
export function changeEntry({ action, scope, value: id }, known, ...controls) {
  const badge =
    action === 'revoke'
      ? el('span', { class: 'badge danger-badge' }, 'revoked')
      : el('span', { class: 'badge good-badge' }, 'reinstated')
  return el(
    'li',
    { class: 'session entry' },
    el(
      'div',
      { class: 'about' },
      el('h3', {}, scopeName(scope), ' ', scope !== 'all' && value(id), ' ', badge),
      facts(known),
    ),
    ...controls,
  )
}

/** Returns the card of a mark that applies to what was looked up. */
export function markCard(mark, button) {
  const { scope, cutoff, expiresAt, reason, refreshBefore, hasExemptions, revokes } = mark
  const badge = revokes
    ? el('span', { class: 'badge danger-badge' }, 'revoked')
    : el('span', { class: 'badge good-badge' }, 'exempt')
  return el(
    'li',
    { class: 'session entry' },
    el(
      'div',
      { class: 'about' },
      el('h3', {}, scopeName(scope), ' ', badge),
      facts([
        ['Reason', reason === undefined ? 'none given' : value(reason)],
        ['Reaches', reachOf(cutoff)],
        ['Access tokens until', refreshBefore === undefined ? undefined : instant(refreshBefore)],
        ['Forgotten', instant(expiresAt)],
        ['Exempt', hasExemptions ? 'some sessions or tokens' : undefined],
      ]),
    ),
    button,
  )
}
