import { el, facts, icon } from './dom.js'
import { instant, plain, value } from './text.js'

/** Returns the list of sessions, each with a button that logs it out if `onClose` is given. */
export function sessionList(sessions, onClose) {
  return el('ul', { class: 'sessions' }, ...sessions.map((session, index) => row(session, index, onClose)))
}

function row(session, index, onClose) {
  const { id, device, lastUsedAt, openedAt, expiresAt } = session
  const times = facts([
    ['Last used', instant(lastUsedAt)],
    ['Logged in', instant(openedAt)],
    ['Expires', instant(expiresAt)],
    ['Session', value(id)],
  ])
  times.id = `times-${index}`
  const button =
    onClose &&
    el(
      'button',
      {
        class: 'danger',
        type: 'button',
        'aria-label': `Log out ${plain(device.name)}`,
        'aria-describedby': `times-${index}`,
        on: { click: (event) => onClose(session, event.currentTarget) },
      },
      'Log out',
    )
  return el(
    'li',
    { class: 'session' },
    icon(device.kind),
    el('div', { class: 'about' }, el('h3', {}, value(device.name)), times),
    button,
  )
}
