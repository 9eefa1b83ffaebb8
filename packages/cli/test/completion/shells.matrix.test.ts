import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from '@revoked/testing'
import { shell } from '@revoked/testing/shells'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { environment, runCli } from '../support/run-cli.ts'

const here = import.meta.dirname

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoked-shells-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function scriptOf(name: string): Promise<string> {
  const { exitCode, stdout } = await runCli(['completion', name])
  expect(exitCode).toBe(0)
  const file = join(folder, `completion.${name}`)
  writeFileSync(file, stdout)
  return file
}

/** What a shell offers for a line with the cursor at its end, and for nothing that is an id. */
const expected: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['revoked re', ['reinstate', 'revoke']],
  ['revoked sessions ', ['--help', 'close', 'list']],
  ['revoked sessions close --se', ['--session']],
  ['revoked bulk revoke --as ', ['jti', 'session', 'subject']],
  ['revoked completion ', ['--help', 'bash', 'fish', 'zsh']],
  ['revoked check --token comp', ['completion.test.ts']],
  ['revoked revoke --subject ', []],
  ['revoked stats --prefix x --js', ['--json']],
  ['revoked help sess', ['sessions']],
]

describe('fish', { timeout: 180_000 }, () => {
  test('completes commands, options, choices and files, and no ids', async () => {
    const { path } = await shell('fish')
    const file = await scriptOf('fish')
    for (const [line, offered] of expected) {
      const asked = `source '${file}'; complete --do-complete '${line}'`
      const { stdout, stderr } = await promisify(execFile)(path, ['--no-config', '--command', asked], {
        cwd: here,
        env: environment({ HOME: folder }),
      })
      const words = stdout.split('\n').flatMap((text) => text.split('\t')[0] || [])
      // fish offers options once a dash is typed.
      const some = line.endsWith(' ') ? offered.filter((word) => !word.startsWith('-')) : offered
      expect({ line, words: words.sort(), stderr }).toEqual({ line, words: some, stderr: '' })
    }
  })
})

describe('zsh', { timeout: 180_000 }, () => {
  test('completes commands, options, choices and files, and no ids', async () => {
    const { path, prelude } = await shell('zsh')
    const file = await scriptOf('zsh')
    writeFileSync(join(folder, '.zshenv'), `${prelude}setopt no_global_rcs\n`)
    // What is added is also kept, and Ctrl-X prints it.
    writeFileSync(
      join(folder, '.zshrc'),
      `PS1='$ '
cd '${here}'
autoload -Uz compinit && compinit -u -d '${folder}/zcompdump'
source '${file}'
typeset -ga offered=()
compadd() {
  local -a matched
  [[ "$*" == *-O* || "$*" == *-A* || "$*" == *-D* ]] || { builtin compadd -O matched "$@"; offered+=($matched) }
  builtin compadd "$@"
}
show-offered() { print -r -- "<<\${offered[*]}>>"; offered=(); BUFFER= }
zle -N show-offered
bindkey '^X' show-offered
zstyle ':completion:*' insert-unambiguous true
print READY
`,
    )
    const terminal = spawn('script', ['--quiet', '--flush', '--command', `'${path}' -i`, '/dev/null'], {
      env: environment({ ZDOTDIR: folder, HOME: folder, TERM: 'dumb', SHELL: '/bin/sh' }),
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    let screen = ''
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text
    })
    try {
      await eventually(() => screen.includes('READY'), 'zsh starts', 30_000)
      for (const [line, offered] of expected) {
        screen = ''
        terminal.stdin.write(`${line}\t\u0018`)
        const [, words = ''] = await eventually(() => /<<(.*?)>>/s.exec(screen), `zsh completes ${line}`, 30_000)
        const distinct = [...new Set(words.split(/\s+/).filter(Boolean))]
        expect({ line, words: distinct.sort() }).toEqual({ line, words: offered })
      }
    } finally {
      terminal.kill('SIGKILL')
    }
  })
})
