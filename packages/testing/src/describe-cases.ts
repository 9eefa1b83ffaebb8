import { describe, test } from 'vitest'

/**
 * Registers cases that name no test runner, such as those of `@revoked/conformance`, as tests of
 * this one.
 */
export function describeCases<Subject>(
  title: string,
  cases: readonly { readonly name: string; readonly run: (subject: Subject) => Promise<void> }[],
  subject: Subject,
): void {
  describe(title, () => {
    for (const { name, run } of cases) test(name, () => run(subject))
  })
}
