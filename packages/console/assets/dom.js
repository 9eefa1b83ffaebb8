// Makes elements. Text is only ever text: nothing here reads markup, and the policy of the page
// (Trusted Types) refuses what would.

/**
 * Returns an element. `on` has event handlers; `false` and `undefined` leave an attribute or a
 * child out.
 */
export function el(name, { on = {}, ...attributes } = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, given] of Object.entries(attributes)) {
    if (given !== undefined && given !== false) element.setAttribute(key, given === true ? '' : String(given))
  }
  for (const [type, listener] of Object.entries(on)) element.addEventListener(type, listener)
  element.append(...children.flat().filter((child) => child !== undefined && child !== false && child !== null))
  return element
}

/** Returns a list of names and values. */
export function facts(pairs, className) {
  const rows = pairs
    .filter(([, given]) => given !== undefined && given !== null)
    .map(([name, given]) => el('div', {}, el('dt', {}, name), el('dd', {}, given)))
  return el('dl', { class: className }, ...rows)
}

/** Returns a field with a label. */
export function field(label, input, { hint, className = '' } = {}) {
  const id = input.getAttribute('id')
  const hintId = `${id}-hint`
  if (hint !== undefined) input.setAttribute('aria-describedby', hintId)
  const described = hint === undefined ? undefined : el('span', { class: 'hint', id: hintId }, hint)
  return el('div', { class: `field ${className}` }, el('label', { for: id }, label), input, described)
}

/**
 * Attributes of inputs for ids, which no browser should change or remember. Not `maxlength`, which
 * cuts what is pasted: that would be the id of somebody else.
 */
export const idInput = {
  autocomplete: 'off',
  autocapitalize: 'none',
  spellcheck: 'false',
  pattern: '[\\s\\S]{0,1024}',
  title: 'At most 1,024 characters',
}

/** Shows a message above the content. Screen readers announce it. */
export function notify(tone, text) {
  const notice = document.getElementById('notice')
  notice.className = text === '' ? 'notice' : `notice ${tone}`
  notice.textContent = text
  if (text !== '') notice.focus()
}

/** Runs what a button or a form starts. Meanwhile, it is busy; a failure is shown. */
export async function busy(element, work) {
  if (element.getAttribute('aria-busy') === 'true') return
  element.setAttribute('aria-busy', 'true')
  try {
    await work()
  } catch (error) {
    notify('bad', error.message)
  } finally {
    element.removeAttribute('aria-busy')
  }
}

const icons = {
  phone: [
    ['rect', { x: 7, y: 2.5, width: 10, height: 19, rx: 2 }],
    ['path', { d: 'M11 18.5h2' }],
  ],
  computer: [
    ['rect', { x: 4, y: 4.5, width: 16, height: 11, rx: 1.5 }],
    ['path', { d: 'M2 19h20' }],
  ],
}

/** Returns the picture of a device. */
export function icon(kind) {
  const svg = (name, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name)
    for (const [key, given] of Object.entries(attributes)) element.setAttribute(key, String(given))
    return element
  }
  const picture = svg('svg', { class: 'icon', viewBox: '0 0 24 24', width: 28, height: 28, 'aria-hidden': 'true' })
  picture.append(...icons[kind === 'phone' ? 'phone' : 'computer'].map(([name, attributes]) => svg(name, attributes)))
  return picture
}
