import type { Device, ListedDevice } from '../device-sessions.ts'
import { type Html, html } from './html.ts'
import { inWords } from './instants.ts'

/** What a list says of its sessions, and what its buttons do. */
export interface ListOptions {
  /** Where the button of a session posts its id. */
  readonly action: string
  /** The text of that button, such as "Log out". */
  readonly verb: string
  /** Another field that it posts. */
  readonly user?: string
}

/** Renders sessions in their order, each with a button that ends it. */
export function sessionList(sessions: readonly ListedDevice[], options: ListOptions): Html {
  return html`<ul class="sessions">
${sessions.map((session, index) => row(session, index, options))}
</ul>`
}

/** Stands for a device of which nothing can be read, such as after a release. */
const unknownDevice: Device = { name: 'An unknown device', kind: 'computer' }

function row(session: ListedDevice, index: number, options: ListOptions): Html {
  const { device = unknownDevice, openedAt, lastUsedAt, expiresAt, isCurrent } = session
  return html`<li class="session${isCurrent && ' own'}">
${icon(device.kind)}
<div class="about">
<h3><bdi>${device.name}</bdi>${isCurrent && html` <span class="badge">This device</span>`}</h3>
<dl id="times-${index}">
<div><dt>Last used</dt><dd>${inWords(lastUsedAt)}</dd></div>
<div><dt>Logged in</dt><dd>${inWords(openedAt)}</dd></div>
<div><dt>Expires</dt><dd>${inWords(expiresAt)}</dd></div>
</dl>
</div>
${endForm(session, index, options)}
</li>`
}

function endForm(session: ListedDevice, index: number, { action, verb, user }: ListOptions): Html {
  const { id, device = unknownDevice } = session
  return html`<form method="post" action="${action}">
<input type="hidden" name="id" value="${id}">
${user !== undefined && html`<input type="hidden" name="user" value="${user}">`}
<button class="danger" aria-label="${verb} ${device.name}" aria-describedby="times-${index}">${verb}</button>
</form>`
}

function icon(kind: Device['kind']): Html {
  const shape =
    kind === 'phone'
      ? html`<rect x="7" y="2.5" width="10" height="19" rx="2"/><path d="M11 18.5h2"/>`
      : html`<rect x="4" y="4.5" width="16" height="11" rx="1.5"/><path d="M2 19h20"/>`
  return html`<svg class="icon" viewBox="0 0 24 24" width="28" height="28" aria-hidden="true">${shape}</svg>`
}
