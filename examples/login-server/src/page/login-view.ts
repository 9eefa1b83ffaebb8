import { html } from './html.ts'
import { type Notice, renderPage } from './layout.ts'

/** Renders the page for those who are not logged in. `user` is filled in. */
export function loginView(notice?: Notice, user = ''): string {
  const content = html`<section class="card narrow" aria-label="Log in">
<form method="post" action="/devices/login">
<div class="field">
<label for="user">User name</label>
<input id="user" name="user" value="${user}" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="100">
</div>
<div class="field">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200">
</div>
<button class="primary">Log in</button>
</form>
<p class="hint">Try <code>ada</code> with <code>analytical-engine</code>, or the administrator <code>root</code> with <code>keys-to-the-house</code>. Open a second browser or a private window to have a second device.</p>
</section>`
  return renderPage({ title: 'Log in', content, notice })
}
