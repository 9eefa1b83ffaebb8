import diagnostics from 'node:diagnostics_channel'
import { DiagLogLevel, diag } from '@opentelemetry/api'
import { onTestFinished, vi } from 'vitest'

const channels = ['check', 'revocation', 'store', 'session'].map((name) => `revoked:${name}`)

/**
 * Returns what leaves the process besides metrics and spans, as it comes, until the test ends: the
 * messages on channels, the log of OpenTelemetry, the console, both outputs, and warnings.
 */
export function hearEverything(): readonly unknown[] {
  const heard: unknown[] = []
  const listen = (...args: readonly unknown[]): void => void heard.push(args)
  for (const name of channels) diagnostics.subscribe(name, listen)
  const logger = { error: listen, warn: listen, info: listen, debug: listen, verbose: listen }
  diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true })
  const spies = [
    ...(['log', 'info', 'warn', 'error', 'debug', 'trace'] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation(listen),
    ),
    ...[process.stdout, process.stderr].map((output) =>
      vi.spyOn(output, 'write').mockImplementation((text) => {
        listen(String(text))
        return true
      }),
    ),
  ]
  process.on('warning', listen)
  onTestFinished(() => {
    for (const name of channels) diagnostics.unsubscribe(name, listen)
    for (const spy of spies) spy.mockRestore()
    process.off('warning', listen)
    diag.disable()
  })
  return heard
}
