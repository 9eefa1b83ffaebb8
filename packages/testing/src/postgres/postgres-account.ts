/** The account that runs PostgreSQL, which refuses that of root. */
export interface PostgresAccount {
  readonly uid: number
  readonly gid: number
}

/** The account `nobody`. */
const nobody: PostgresAccount = { uid: 65_534, gid: 65_534 }

/** Returns the account to switch to, or `undefined` if that of this process will do. */
export function postgresAccount(): PostgresAccount | undefined {
  return process.getuid?.() === 0 ? nobody : undefined
}
