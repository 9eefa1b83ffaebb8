import type { Account, ProgramStart } from '../servers/launch-server.ts'

const nobody: Account = { uid: 65_534, gid: 65_534 }

/**
 * Returns the account to switch to, or `undefined` if that of this process will do. PostgreSQL
 * refuses to run as root.
 */
export function postgresAccount(): Account | undefined {
  return process.getuid?.() === 0 ? nobody : undefined
}

/** Returns how a program of PostgreSQL is started, free of variables that configure it. */
export function startWith(args: readonly string[]): ProgramStart {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^PG[A-Z]/.test(name)))
  return { args, account: postgresAccount(), env }
}
