/** Exit codes of every command. Scripts may rely on them. */
export const exitCode = {
  /** It worked. Of a check: the token is active. */
  ok: 0,
  /** The command failed, or found an error, and no other code says how. */
  failed: 1,
  /** The arguments, the configuration or the input are wrong. Nothing was done. */
  misuse: 2,
  /** The token is revoked. */
  revoked: 3,
  /** The store could not answer. */
  unavailable: 4,
  /** The command was interrupted by Ctrl-C or a signal. */
  interrupted: 130,
} as const

/** One of the exit codes. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** The exit codes as the help prints them. */
export const exitCodeHelp = `Exit codes:
  0    it worked; of check and why: nothing revokes it
  1    the command failed, or doctor found an error
  2    wrong arguments, configuration or input: nothing was done
  3    of check and why: it is revoked
  4    the store could not answer
  130  ended by Ctrl-C or a signal`
