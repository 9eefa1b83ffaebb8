import { setTimeout as sleep } from 'node:timers/promises'

const pollMs = 5

/**
 * Polls until the condition is true, and returns its value. A condition that throws is not true
 * yet. Its last error is the cause of the error at the deadline.
 */
export async function eventually<Value>(
  condition: () => Value | Promise<Value>,
  what: string,
  deadlineMs = 5_000,
): Promise<Exclude<Value, false | 0 | '' | null | undefined>> {
  const late = new AbortController()
  // A condition that hangs, such as a command to a stopped server, must not outlive the deadline.
  const deadline = sleep(deadlineMs, 'late' as const, { signal: late.signal }).catch(() => 'late' as const)
  let cause: unknown
  try {
    for (const endAt = performance.now() + deadlineMs; performance.now() < endAt; await sleep(pollMs)) {
      const outcome = await Promise.race([attempt(condition), deadline])
      if (outcome === 'late') break
      if ('value' in outcome && outcome.value) {
        return outcome.value as Exclude<Value, false | 0 | '' | null | undefined>
      }
      cause = 'error' in outcome ? outcome.error : undefined
    }
  } finally {
    late.abort()
  }
  throw new Error(`not within ${deadlineMs} ms: ${what}`, { cause })
}

async function attempt<Value>(condition: () => Value | Promise<Value>): Promise<{ value: Value } | { error: unknown }> {
  try {
    return { value: await condition() }
  } catch (error) {
    return { error }
  }
}
