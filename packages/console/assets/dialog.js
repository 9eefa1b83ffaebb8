import { el, field } from './dom.js'

const reasons = ['support_request', 'account_taken_over', 'device_lost', 'password_changed', 'left_company', 'leaked']

/**
 * Asks whether to go on, and for a reason. Resolves with the reason, or with `undefined` if the
 * person does not go on. `typed` is a word that must be typed to confirm.
 */
export function confirmWithReason({ title, text, verb, typed, isDanger = true }) {
  return new Promise((resolve) => {
    const reason = el('input', {
      id: 'reason',
      name: 'reason',
      required: true,
      maxlength: 64,
      pattern: '.*\\S.*',
      title: 'Not only spaces',
      list: 'reasons',
      autocomplete: 'off',
      autocapitalize: 'none',
      spellcheck: 'false',
    })
    const word = typed === undefined ? undefined : el('input', { id: 'typed', required: true, autocomplete: 'off' })
    const close = (answer) => {
      dialog.close()
      dialog.remove()
      resolve(answer)
    }
    const submit = (event) => {
      event.preventDefault()
      if (word !== undefined && word.value !== typed) {
        word.setCustomValidity(`Type ${typed} to confirm.`)
        word.reportValidity()
        return
      }
      close(reason.value.trim() || undefined)
    }
    word?.addEventListener('input', () => word.setCustomValidity(''))
    const form = el(
      'form',
      { on: { submit } },
      field('Reason', reason, { hint: 'A short code. It is shown to operators, and kept in the audit trail.' }),
      el('datalist', { id: 'reasons' }, ...reasons.map((code) => el('option', { value: code }))),
      word && field(`Type “${typed}” to confirm`, word),
      el(
        'div',
        { class: 'buttons' },
        el('button', { class: isDanger ? 'danger' : 'primary', type: 'submit' }, verb),
        el('button', { class: 'quiet', type: 'button', on: { click: () => close(undefined) } }, 'Cancel'),
      ),
    )
    const dialog = el(
      'dialog',
      { 'aria-labelledby': 'dialog-title', on: { cancel: () => close(undefined) } },
      el('h2', { id: 'dialog-title' }, title),
      el('p', {}, text),
      form,
    )
    document.body.append(dialog)
    dialog.showModal()
    reason.focus()
  })
}
