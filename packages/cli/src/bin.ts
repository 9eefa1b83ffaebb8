#!/usr/bin/env node
import { createOutput } from './output/output.ts'
import { reportOf } from './output/report-error.ts'
import { createProgram } from './program.ts'

// A reader that ends early, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

try {
  await createProgram().parseAsync()
} catch (error) {
  const { note, noteStyle } = createOutput(false)
  const { exitCode, lines } = reportOf(error, noteStyle)
  for (const line of lines) note(line)
  process.exitCode = exitCode
}
