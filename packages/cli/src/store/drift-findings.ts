import { durationToMs } from '@revoked/core'
import type { Finding, KeptSettings } from './backend.ts'
import type { ChosenOptions } from './choose-store.ts'

/** Returns findings on options that differ from those that the services have agreed on. */
export function driftFindings(options: ChosenOptions, kept: KeptSettings | undefined): readonly Finding[] {
  if (kept === undefined) return [unused]
  return [...layoutFindings(options, kept), ...settingFindings(options, kept)]
}

const unused: Finding = {
  level: 'info',
  code: 'unused',
  message: 'No service has agreed on settings in this store yet.',
  remedy: 'If services run over it, give their prefix or schema: this is another store to them.',
}

function layoutFindings(options: ChosenOptions, kept: KeptSettings): readonly Finding[] {
  return (['hashIds', 'partitions', 'hashSubjects'] as const).flatMap((name) => {
    const [here, there] = [options[name], kept[name]]
    if (here === undefined || there === undefined || here === there) return []
    return [
      {
        level: 'error' as const,
        code: 'options-differ',
        message: `The option ${name} is ${String(here)} here and ${String(there)} in the services of the store: one would not find what the other revoked.`,
        remedy: `Give all services the same ${name}. To change it, export the store, and import it into one with another prefix or schema.`,
      },
    ]
  })
}

function settingFindings(options: ChosenOptions, kept: KeptSettings): readonly Finding[] {
  const findings: Finding[] = []
  const { maxTokenLifetime, clockTolerance } = options
  const isShorter =
    (maxTokenLifetime !== undefined && durationToMs(maxTokenLifetime, 'maxTokenLifetime') < kept.maxTokenLifetime) ||
    (clockTolerance !== undefined && durationToMs(clockTolerance, 'clockTolerance') < kept.clockTolerance)
  if (isShorter) {
    findings.push({
      level: 'info',
      code: 'longer-agreed',
      message:
        'Another service has a longer maxTokenLifetime or clockTolerance, and marks are kept for as long as it needs.',
      remedy: 'Nothing, if it is meant. The agreed times of a store never become shorter.',
    })
  }
  const names = (options.claims ?? []).map((claim) => (typeof claim === 'string' ? claim : claim.name))
  const missing = names.filter((name) => !kept.claims.includes(name))
  if (missing.length > 0) {
    findings.push({
      level: 'warning',
      code: 'claims-not-agreed',
      message: `No running service looks up these claims: ${missing.join(', ')}.`,
      remedy: 'Deploy the services that check tokens with these claims, before one of them is revoked.',
    })
  }
  return findings
}
