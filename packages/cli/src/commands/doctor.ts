import type { RevocationStore } from '@revoked/core'
import { unavailable } from '../errors.ts'
import { type ExitCode, exitCode } from '../exit-code.ts'
import type { Output } from '../output/output.ts'
import { shown } from '../output/printable.ts'
import type { Backend, Finding, KeptSettings } from '../store/backend.ts'
import { type ChosenOptions, chooseStore } from '../store/choose-store.ts'
import { driftFindings } from '../store/drift-findings.ts'
import { storeCommand } from '../store/store-flags.ts'
import { examples } from './examples.ts'
import { runCommand } from './run-command.ts'

/** Findings that say the store cannot be used at all. */
const unreachable: ReadonlySet<string> = new Set(['unreachable', 'unauthenticated', 'missing-file', 'not-a-database'])

/** Returns the command that examines a store, and says what to do. */
export function doctorCommand() {
  return storeCommand('doctor')
    .summary('examine a store: what is wrong, and what to do')
    .description(
      'Examines the server or file of a store, the rights of its user, and the options of its services. It changes nothing. Run it first if something is wrong, and in a pipeline before a deployment.',
    )
    .option('--strict', 'let warnings fail, too')
    .addHelpText(
      'after',
      examples([
        ['what is wrong with this server?', 'revoked doctor --store redis://localhost:6379'],
        ['with a password, which is no argument', 'REVOKED_STORE=postgres://app:secret@db/app revoked doctor'],
        [
          'before a deployment, with the options of the application',
          'revoked doctor --config revoked.config.mjs --strict',
        ],
      ]),
    )
    .action((flags) =>
      runCommand(flags, async (output) => {
        const chosen = await chooseStore(flags)
        try {
          const found =
            'backend' in chosen.source
              ? await examine(chosen.source.backend, chosen.options)
              : await examineOpen(chosen.source.store)
          print(found, output)
          return codeOf(found, flags.strict === true)
        } finally {
          await chosen.close()
        }
      }),
    )
}

async function examine(backend: Backend, options: ChosenOptions): Promise<readonly Finding[]> {
  const found = (await backend.diagnose(options)).map(forTerminal)
  if (found.some(({ code, level }) => level === 'error' && (unreachable.has(code) || code === 'missing-migration')))
    return found
  try {
    return [...found, ...driftFindings(options, await settingsOf(backend))]
  } catch (error) {
    // What was found says why the settings cannot be read, such as a right that is missing.
    if (found.some(({ level }) => level === 'error')) return found
    throw error
  }
}

/** The functions that diagnose are for developers, whose code has the client. Here, it is ours. */
function forTerminal(found: Finding): Finding {
  if (found.code !== 'unreachable') return found
  return {
    ...found,
    remedy: 'Check that the server runs, and that the address, its port and TLS (rediss:, sslmode) are right.',
  }
}

async function settingsOf(backend: Backend): Promise<KeptSettings | undefined> {
  await backend.connect()
  return await backend.readSettings()
}

/** A store that the configuration has opened is asked for something. Its server is not known. */
async function examineOpen(store: RevocationStore): Promise<readonly Finding[]> {
  try {
    await store.find([{ scope: 'all', value: '' }])
  } catch (cause) {
    throw unavailable('The store of the configuration does not answer.', { cause })
  }
  return [
    {
      level: 'info',
      code: 'unchecked',
      message: 'The store answers. Its server could not be examined: the configuration gives a store that is open.',
      remedy: 'Give doctor the address with --store, or in the configuration.',
    },
  ]
}

function print(found: readonly Finding[], { json, value, line, style }: Output): void {
  if (json) {
    value({ healthy: !found.some(({ level }) => level === 'error'), findings: found })
    return
  }
  if (found.length === 0) line(style.good('Nothing is wrong with this store.'))
  const colours = { error: style.bad, warning: style.warning, info: style.dim }
  for (const { level, code, message, remedy } of found) {
    line(`${colours[level](level.padEnd(7))} ${style.bold(code)}: ${shown(message)}`)
    line(`        ${style.dim('→')} ${shown(remedy)}`)
  }
}

function codeOf(found: readonly Finding[], isStrict: boolean): ExitCode {
  const errors = found.filter(({ level }) => level === 'error')
  if (errors.some(({ code }) => unreachable.has(code))) return exitCode.unavailable
  if (errors.length > 0 || (isStrict && found.some(({ level }) => level === 'warning'))) return exitCode.failed
  return exitCode.ok
}
