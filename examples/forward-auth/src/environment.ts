/** Reads variables of the environment, all of them before the first error is reported. */
import { readFileSync } from 'node:fs'

/** A variable: how its text is read, and what holds without it. */
export interface Variable<Value> {
  /**
   * @throws Error whose message completes "NAME ". It must not contain the text: it may be secret.
   */
  readonly parse: (text: string) => Value
  /** The text in place of a missing one. Without it, the value is `undefined`. */
  readonly fallback?: string
  /** Whether the program needs it. */
  readonly isRequired?: boolean
}

type Variables = Readonly<Record<string, Variable<unknown>>>

/** The values of variables, by name. */
export type Values<Given extends Variables> = {
  readonly [Name in keyof Given]: Given[Name] extends Variable<infer Value> ? Value : never
}

/** The environment cannot be used. The message has a line for each problem, and no value. */
export class EnvironmentError extends Error {
  readonly problems: readonly string[]

  static {
    EnvironmentError.prototype.name = 'EnvironmentError'
  }

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(`The environment cannot be used:\n${problems.map((problem) => `- ${problem}`).join('\n')}`, options)
    this.problems = problems
  }
}

/**
 * Reads all variables. Each can be given as `NAME_FILE` instead: the path of a file with the value,
 * as secrets are mounted. An empty variable counts as missing.
 *
 * @param rules - Names what is wrong about values that exclude each other.
 * @throws EnvironmentError that names every problem.
 */
export function readEnvironment<Given extends Variables>(
  env: NodeJS.ProcessEnv,
  variables: Given,
  rules: (values: Values<Given>) => readonly string[],
): Values<Given> {
  const problems: string[] = []
  const entries = Object.entries(variables).map(([name, variable]) => {
    try {
      return [name, readOne(env, name, variable)]
    } catch (error) {
      problems.push(`${name} ${error instanceof Error ? error.message : 'cannot be read'}`)
      return [name, undefined]
    }
  })
  const values = Object.fromEntries(entries) as Values<Given>
  const all = problems.length > 0 ? problems : rules(values)
  if (all.length > 0) throw new EnvironmentError(all)
  return values
}

function readOne(env: NodeJS.ProcessEnv, name: string, variable: Variable<unknown>): unknown {
  const text = textOf(env, name) ?? variable.fallback
  if (text !== undefined) return variable.parse(text)
  if (variable.isRequired === true) throw new Error(`is missing: set it, or ${name}_FILE`)
  return undefined
}

function textOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const text = env[name] || undefined
  const path = env[`${name}_FILE`] || undefined
  if (path === undefined) return text
  if (text !== undefined) throw new Error(`and ${name}_FILE exclude each other: set one of them`)
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new Error(`cannot be read from the file that ${name}_FILE names: ${code}`)
  }
}
