import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { describeCommands } from '../../src/completion/describe-commands.ts'
import { completionScripts } from '../../src/completion/scripts.ts'
import { createProgram } from '../../src/program.ts'
import { runCli } from '../support/run-cli.ts'

/** Returns what bash offers for a line, with the cursor at its end. */
async function offered(script: string, line: string): Promise<readonly string[]> {
  const words = line.split(' ').map((word) => `'${word}'`)
  const asked = `${script}\nCOMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _revoked; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', asked], { cwd: import.meta.dirname })
  return stdout.split('\n').filter((text) => text !== '')
}

test('bash completes commands, options, choices and files, and no ids', async () => {
  const { exitCode, stdout } = await runCli(['completion', 'bash'])
  expect(exitCode).toBe(0)
  expect(await offered(stdout, 'revoked re')).toEqual(['revoke', 'reinstate'])
  expect(await offered(stdout, 'revoked sessions ')).toEqual(['list', 'close', '--help'])
  expect(await offered(stdout, 'revoked sessions close --se')).toEqual(['--session'])
  expect(await offered(stdout, 'revoked bulk revoke --as ')).toEqual(['subject', 'session', 'jti'])
  expect(await offered(stdout, 'revoked check --token comp')).toEqual(['completion.test.ts'])
  expect(await offered(stdout, 'revoked revoke --subject ')).toEqual([])
  // A value that is called like a command is none.
  expect(await offered(stdout, 'revoked stats --prefix x --js')).toEqual(['--json'])
})

test('every shell has all commands and options', () => {
  const commands = describeCommands(createProgram())
  expect(commands.map(({ path }) => path)).toContain('sessions close')
  for (const [shell, scriptOf] of Object.entries(completionScripts)) {
    const script = scriptOf(commands)
    for (const { path, options } of commands) {
      expect(script, shell).toContain(path)
      for (const { name } of options) expect(script, shell).toContain(shell === 'fish' ? `-l ${name.slice(2)}` : name)
    }
  }
})

test('a shell that is not known is refused', async () => {
  expect(await runCli(['completion', 'tcsh'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/bash, zsh, fish/),
  })
})
