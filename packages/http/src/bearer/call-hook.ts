/**
 * Calls a function of the application that has no say in the answer. What it throws or rejects with
 * is dropped: a logger that fails must not turn a 503 into a 500, nor end the process.
 */
export async function callHook<Args extends readonly unknown[]>(
  hook: ((...args: Args) => unknown) | undefined,
  ...args: Args
): Promise<void> {
  try {
    await hook?.(...args)
  } catch {
    // An error of a report is reported nowhere.
  }
}
