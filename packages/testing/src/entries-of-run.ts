/**
 * Returns the entries of a matrix, such as servers and clients, that this test run uses: in
 * `npm test` the first `main` ones, in `npm run test:matrix` the others, and with
 * `REVOKED_TESTS=all` all of them.
 */
export function entriesOfRun<Entry>(
  entries: readonly Entry[],
  main: number,
  run: string = process.env['REVOKED_TESTS'] ?? 'main',
): readonly Entry[] {
  if (run === 'main') return entries.slice(0, main)
  return run === 'matrix' ? entries.slice(main) : entries
}
