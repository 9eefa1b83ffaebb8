// The state of the store, and of the cache of the process that has answered.
import { ask } from './api.js'
import { el, facts } from './dom.js'
import { markCard } from './marks.js'
import { duration, instant, plain, value } from './text.js'

const everyMs = 3_000

/** Shows the view. Returns a function that ends it. */
export function stateView(content) {
  const shown = el('div', { 'aria-live': 'off' }, el('p', { class: 'hint' }, 'Asking …'))
  const stopping = new AbortController()
  content.append(shown)
  void follow()
  return () => stopping.abort()

  async function follow() {
    while (!stopping.signal.aborted) {
      try {
        const state = await ask('state', undefined, { signal: stopping.signal })
        shown.replaceChildren(...parts(state))
      } catch (error) {
        if (stopping.signal.aborted) return
        shown.replaceChildren(el('p', { class: 'notice bad' }, error.message))
        if (error.code === 'refused') return
      }
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  }
}

function card(id, title, ...children) {
  return el('section', { class: 'card', 'aria-labelledby': id }, el('h2', { id }, title), ...children)
}

function parts({ at, process, answer, size, maxStalenessMs, cache, limits }) {
  const badge = answer.ok
    ? el('span', { class: 'badge good-badge' }, 'answers')
    : el('span', { class: 'badge danger-badge' }, 'unavailable')
  const store = facts(
    [
      ['Answered in', duration(answer.ms)],
      ['Failure', answer.ok ? undefined : answer.message],
      ['Marks', number(size ?? cache?.marks)],
      ['Longest life of a token', duration(limits.maxTokenLifetime)],
      ['Clock tolerance', duration(limits.clockTolerance)],
      ['A write takes at most', duration(limits.writeTimeout)],
    ],
    'state',
  )
  const everything = answer.ok
    ? answer.marks.length === 0
      ? el('p', { class: 'hint' }, 'The revocation of everything is not in force.')
      : el('ul', { class: 'sessions' }, ...answer.marks.map((mark) => markCard(mark)))
    : undefined
  return [
    card('store-title', 'Store', el('p', {}, badge), store, everything),
    cache === null
      ? card(
          'cache-title',
          'Cache',
          el('p', { class: 'hint' }, 'This process has no cache: every check asks the store.'),
        )
      : card('cache-title', 'Cache of this process', cacheState(cache), cacheFacts(cache, maxStalenessMs)),
    el('p', { class: 'hint' }, 'Process ', value(process), ', ', instant(at), '.'),
  ]
}

/** A cache that starts, or is idle because nobody asks, is no failure. */
const badges = { live: 'good-badge', starting: '', idle: '' }

function cacheState({ state }) {
  const name = Object.hasOwn(badges, state) ? badges[state] : 'danger-badge'
  return el('p', {}, el('span', { class: `badge ${name}` }, plain(state)))
}

const number = (given) => (typeof given === 'number' ? given.toLocaleString('en') : undefined)

function cacheFacts(cache, maxStalenessMs) {
  const { entries, lastFailure, lastFailureAt, localShare } = cache
  const kept = entries && Object.values(entries).reduce((sum, each) => sum + each, 0)
  const failure =
    lastFailure &&
    el(
      'span',
      {},
      value(lastFailure.message ?? lastFailure.code ?? lastFailure.name),
      ' ',
      lastFailureAt && instant(lastFailureAt),
    )
  return facts(
    [
      ['Answered locally', typeof localShare === 'number' ? `${(100 * localShare).toFixed(1)} %` : undefined],
      ['Confirmed', typeof cache.sinceConfirmedMs === 'number' ? `${duration(cache.sinceConfirmedMs)} ago` : 'not yet'],
      ['Staleness at most', typeof maxStalenessMs === 'number' ? duration(maxStalenessMs) : undefined],
      ['Pushes arrive', cache.isSubscribed === undefined ? undefined : cache.isSubscribed ? 'yes' : 'no'],
      ['Entries', number(kept)],
      ['Marks', number(cache.marks)],
      ['Keys asked of the store', number(cache.remoteKeys)],
      ['Gaps in the log', number(cache.gaps)],
      ['Resets', number(cache.resets)],
      ['Last failure', failure],
    ],
    'state',
  )
}
