// The page works without this script. With it, forms do not reload the page, the list is fresh
// whenever the window gets the focus, and a window whose session ends shows that at once.

let events

/**
 * Shows the page that the server has sent. The notice stays the same element, whose new text screen
 * readers announce.
 */
async function show(response) {
  const next = new DOMParser().parseFromString(await response.text(), 'text/html')
  if (next.getElementById('content') === null) return location.assign('/devices')
  const main = document.getElementById('main')
  const title = document.getElementById('title')
  const notice = document.getElementById('notice')
  document.title = next.title
  document.querySelector('header').replaceWith(next.querySelector('header'))
  main.dataset.events = next.getElementById('main').dataset.events ?? ''
  title.textContent = next.getElementById('title').textContent
  document.getElementById('content').replaceWith(next.getElementById('content'))
  notice.className = next.getElementById('notice').className
  notice.textContent = next.getElementById('notice').textContent
  title.focus()
  watch()
}

/** Sends a form, and shows the answer in place. */
async function send(form) {
  form.setAttribute('aria-busy', 'true')
  try {
    const response = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) })
    await show(response)
  } catch {
    // The server cannot be reached. Let the browser say so.
    form.submit()
  }
}

/** Watches the session of this window. The server ends the stream when the session ends. */
function watch() {
  const stream = document.getElementById('main').dataset.events
  if (!stream) {
    events?.close()
    events = undefined
    return
  }
  if (events !== undefined && events.readyState !== EventSource.CLOSED) return
  events = new EventSource(stream)
  events.addEventListener('end', async () => {
    events.close()
    // The window has ended its session itself, and gets the answer to that.
    if (document.querySelector('[aria-busy]') !== null) return
    // If the server cannot be reached, let the browser say so: a list that is over must not stay.
    await fetch('/devices')
      .then(show)
      .catch(() => location.assign('/devices'))
  })
  // The browser connects again by itself, unless the server has refused: while it cannot tell, say.
  events.addEventListener('error', () => {
    if (events?.readyState === EventSource.CLOSED) setTimeout(watch, 5_000)
  })
}

/** Fetches the list again, unless somebody is typing. */
async function refresh() {
  const list = document.getElementById('devices')
  if (list === null || document.activeElement?.tagName === 'INPUT') return
  const response = await fetch(location.pathname + location.search)
  if (!response.ok) return
  const answer = response.clone()
  const next = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('devices')
  // Without a list, the session is over: the answer is the login.
  if (next === null) await show(answer)
  else if (!list.contains(document.activeElement)) list.replaceWith(next)
}

document.addEventListener('submit', (event) => {
  if (event.target.method !== 'post') return
  event.preventDefault()
  if (event.target.getAttribute('aria-busy') !== 'true') void send(event.target)
})
window.addEventListener('focus', () => void refresh().catch(() => undefined))
// A page that the browser has kept shows the list of then, perhaps to somebody else.
window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload())
if (document.getElementById('notice').textContent !== '') document.getElementById('notice').focus()
// The text of a notice is about what has just happened, not about the address.
const address = new URL(location.href)
address.searchParams.delete('done')
history.replaceState(null, '', address)
watch()
