import type { Notice } from './layout.ts'

/**
 * The messages that an address can name with `?done=`. Nothing of the address gets onto the page.
 */
const notices: Readonly<Record<string, Notice>> = {
  'logged-out': { tone: 'good', text: 'You are logged out.' },
  closed: { tone: 'good', text: 'The device is logged out.' },
  'closed-others': { tone: 'good', text: 'All other devices are logged out.' },
  password: { tone: 'good', text: 'The password is changed, and all other devices are logged out.' },
  ended: { tone: 'good', text: 'The session has ended.' },
  'ended-all': { tone: 'good', text: 'All sessions of the user have ended.' },
}

/** Returns the message for the query of an address, if it names one. */
export function noticeOf(done: unknown): Notice | undefined {
  return typeof done === 'string' && Object.hasOwn(notices, done) ? notices[done] : undefined
}
