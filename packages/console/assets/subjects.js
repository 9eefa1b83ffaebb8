// Pasted lists of subjects, and how they are sent.
import { ask } from './api.js'
import { notify } from './dom.js'

export const longestId = 1_024
const partLength = 200

export const count = (number, one) => `${number.toLocaleString('en')} ${one}${number === 1 ? '' : 's'}`

/** Returns the subjects of a pasted list: one a line, without repetitions. */
export function subjectsIn(text) {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const subjects = [...new Set(lines.filter((line) => line !== ''))]
  return { subjects, tooLong: subjects.filter((subject) => subject.length > longestId).length }
}

/**
 * Revokes a list in parts, and shows how far it is. What is left stays in the field, so that it can
 * be sent again.
 */
export async function revokeInParts({ subjects, reason, issuer, viewer, parts: { text, bar, said }, signal }) {
  let [done, closed] = [0, 0]
  bar.max = subjects.length
  const say = () => {
    bar.value = done
    const devices = viewer.hasSessions ? ` ${count(closed, 'device')} logged out.` : ''
    said.textContent = `${done.toLocaleString('en')} of ${count(subjects.length, 'subject')} revoked.${devices}`
  }
  say()
  try {
    while (done < subjects.length && !signal.aborted) {
      const part = subjects.slice(done, done + partLength)
      closed += (await ask('list', { subjects: part, reason, ...(issuer !== undefined && { issuer }) })).closed
      done += part.length
      say()
    }
  } catch (error) {
    throw new Error(`${error.message} ${count(subjects.length - done, 'subject')} are left in the list.`)
  } finally {
    // Not after each part: to lay out a hundred thousand lines takes longer than to revoke them.
    text.value = subjects.slice(done).join('\n')
    viewer.draft = text.value
  }
  notify(done < subjects.length ? 'bad' : 'good', said.textContent)
}
