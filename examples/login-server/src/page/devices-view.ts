import type { ListedDevice } from '../device-sessions.ts'
import { type Html, html } from './html.ts'
import { type Notice, renderPage, type Viewer } from './layout.ts'
import { sessionList } from './session-list.ts'

/** What {@link devicesView} shows. */
export interface DevicesView {
  readonly viewer: Viewer
  readonly sessions: readonly ListedDevice[]
  readonly notice?: Notice | undefined
}

/** The shortest new password (NIST SP 800-63B-4 and ASVS 5.0, 6.2.1). */
export const minPasswordLength = 8

/** Renders the devices on which a user is logged in. */
export function devicesView({ viewer, sessions, notice }: DevicesView): string {
  const others = sessions.filter(({ isCurrent }) => !isCurrent).length
  const content = html`<section id="devices" aria-labelledby="devices-title">
<div class="heading">
<h2 id="devices-title">${sessions.length === 1 ? '1 device' : `${sessions.length} devices`} logged in</h2>
${others > 0 && logoutOthers(others)}
</div>
${sessionList(ownFirst(sessions), { action: '/devices/close', verb: 'Log out' })}
${others === 0 && html`<p class="hint">You are logged in on this device alone.</p>`}
</section>
${passwordForm(viewer.name)}`
  return renderPage({ title: 'Your devices', content, notice, viewer })
}

/** Puts the own device, which is used right now, before those that were used last. */
function ownFirst(sessions: readonly ListedDevice[]): readonly ListedDevice[] {
  return [...sessions].sort((a, b) => Number(b.isCurrent) - Number(a.isCurrent))
}

function logoutOthers(others: number): Html {
  return html`<form method="post" action="/devices/close-others">
<button class="danger">Log out ${others === 1 ? 'the other device' : 'all other devices'}</button>
</form>`
}

function passwordForm(user: string): Html {
  return html`<section class="card" aria-labelledby="password-title">
<h2 id="password-title">Change the password</h2>
<p class="hint">This logs out all other devices.</p>
<form method="post" action="/devices/password">
<input type="text" name="user" value="${user}" autocomplete="username" readonly hidden>
<div class="field">
<label for="current">Current password</label>
<input id="current" name="current" type="password" autocomplete="current-password" required maxlength="200">
</div>
<div class="field">
<label for="next">New password</label>
<input id="next" name="next" type="password" autocomplete="new-password" required minlength="${minPasswordLength}" maxlength="200" aria-describedby="next-hint">
<span class="hint" id="next-hint">At least ${minPasswordLength} characters.</span>
</div>
<button class="primary">Change the password</button>
</form>
</section>`
}
