#!/usr/bin/env node
import { reportFailure, watchProcess } from './output/watch-process.ts'
import { createProgram } from './program.ts'

watchProcess(process)
try {
  await createProgram().parseAsync()
} catch (error) {
  process.exitCode = reportFailure(error)
}
