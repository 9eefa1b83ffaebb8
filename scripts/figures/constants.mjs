// Numbers with units that documents state and that no benchmark measures: limits and defaults of
// the code, arithmetic, loads, and bounds that tests hold.

/** @type {Readonly<Record<string, readonly string[]>>} by file, each as the search finds it */
export const constants = {
  // Loads, delays, turns of the routes, and margins of the guard.
  'benchmarks/README.md': ['1%', '5 ms', '1 ms', '50 revocations a second', '40 ms', '30%', '3%'],
  // The size of a package of the system.
  'CONTRIBUTING.md': ['100 MB'],
  // The delay of the server, in the title of the chart.
  'README.md': ['1 ms'],
  // The length of the watch, and the delay of the server.
  'docs/compare/alternatives.md': ['4,000 ms', '1 ms'],
  // The least bound.
  'docs/guides/live-connections.md': ['50 ms'],
  // The tolerance of the tests of its formulas.
  'docs/operate/capacity.md': ['15%'],
  // How much longer a call with many targets may take than its deadline.
  'docs/start/revoke-and-check.md': ['200 times as'],
  // Limits of input.
  'docs/start/oauth-endpoints.md': ['100 KiB'],
  'packages/sessions/README.md': ['4 KiB'],
  'packages/console/README.md': ['1 MiB'],
  // A bound that a test holds.
  'docs/how-it-works/evidence.md': ['400 ms'],
  // The least bound of the option.
  'packages/store-layered/README.md': ['50 ms'],
  // The period of the watcher, and that of the look at the path.
  'docs/stores/sqlite.md': ['20 ms', '100 ms'],
  // The size of the cache of pages.
  'docs/start/which-store.md': ['128 MiB'],
  // The period of the look at the path, the longest slice of a transaction, the cache of pages.
  'packages/store-sqlite/README.md': ['100 ms', '5 ms', '128 MiB'],
  'packages/store-postgres/README.md': ['100 ms'],
  'docs/stores/postgres.md': ['50 times a second', '100 ms'],
}
