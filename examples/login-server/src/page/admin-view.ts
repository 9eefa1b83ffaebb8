import type { ListedDevice } from '../device-sessions.ts'
import { type Html, html } from './html.ts'
import { type Notice, renderPage, type Viewer } from './layout.ts'
import { sessionList } from './session-list.ts'

/** What {@link adminView} shows: the sessions of `user`, if one was named. */
export interface AdminView {
  readonly viewer: Viewer
  readonly user: string
  /** `undefined`: there is no such user. */
  readonly sessions: readonly ListedDevice[] | undefined
  readonly notice?: Notice | undefined
}

/** Renders the sessions of a user, for administrators. */
export function adminView(view: AdminView): string {
  const { viewer, user, notice } = view
  const content = html`<section class="card" aria-label="Find a user">
<form method="get" action="/admin/sessions" class="search" role="search">
<div class="field">
<label for="user">User name</label>
<input id="user" name="user" value="${user}" autocomplete="off" autocapitalize="none" spellcheck="false" required maxlength="100">
</div>
<button class="primary">Show sessions</button>
</form>
</section>
${user !== '' && results(view)}`
  return renderPage({ title: 'Sessions of a user', content, notice, viewer })
}

function results({ user, sessions }: AdminView): Html {
  if (sessions === undefined) return html`<p class="hint">There is no user <bdi>${user}</bdi>.</p>`
  const count = sessions.length === 1 ? '1 session' : `${sessions.length} sessions`
  return html`<section id="devices" aria-labelledby="sessions-title">
<div class="heading">
<h2 id="sessions-title">${count} of <bdi>${user}</bdi></h2>
${sessions.length > 1 && endAll(user)}
</div>
${sessionList(sessions, { action: '/admin/sessions/close', verb: 'End', user })}
</section>`
}

function endAll(user: string): Html {
  return html`<form method="post" action="/admin/sessions/close-all">
<input type="hidden" name="user" value="${user}">
<button class="danger">End all</button>
</form>`
}
