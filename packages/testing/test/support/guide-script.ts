/** Runs the scripts of the guides as their readers do: compiled, in a process of their own. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { docExamples, type NodeRun, runNode } from '@revoked/testing'
import { expect } from 'vitest'

export const root = fileURLToPath(new URL('../../../..', import.meta.url))

/** The scripts of the guides, in a folder in which imports are resolved as a user's are. */
export interface GuideScripts {
  readonly folder: string
  /** Compiles the script of a guide, with a call if there is one, and returns it in JavaScript. */
  readonly compile: (guide: string, call?: string) => Promise<string>
  /** Runs a compiled script with a call. */
  readonly run: (script: string, call: string) => Promise<NodeRun>
  /** Loads a compiled script into a process that stays, which is faster for many calls. */
  readonly load: (script: string, call: string) => LoadedScript
  /** Compiles and runs the script of a guide twice: the second time must change nothing. */
  readonly runTwice: (guide: string, call: string, prints?: string) => Promise<void>
  readonly remove: () => void
}

interface LoadedScript {
  readonly call: () => Promise<unknown>
  readonly end: () => void
}

/** Returns the scripts, which have a client `redis` of a server. */
export function guideScripts(serverUrl: () => string): GuideScripts {
  const folder = mkdtempSync(join(root, 'node_modules', '.guides-'))

  async function compile(guide: string, call = ''): Promise<string> {
    const example = docExamples(root).find(({ place, code }) => place.includes(guide) && code.includes('takeOver'))
    const imported = example?.code.replace("import type { Redis } from 'ioredis'", "import { Redis } from 'ioredis'")
    const connected = `const redis = new Redis('${serverUrl()}')`
    const file = join(folder, `${guide}.mts`)
    writeFileSync(file, [imported, connected, call && `await ${call}`].join('\n'))
    const config = {
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: { customConditions: [], types: ['node'], noUnusedLocals: false },
      files: [file],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    expect(await runNode([compiler, '--project', folder], root, 60_000)).toEqual({ exitCode: 0, output: '' })
    const compiled = readFileSync(file.replace(/\.mts$/, '.mjs'), 'utf8')
    return compiled.slice(0, compiled.indexOf(connected) + connected.length)
  }

  async function run(script: string, call: string): Promise<NodeRun> {
    const file = join(folder, 'script.mjs')
    writeFileSync(file, [script, `await ${call}`, 'redis.disconnect()'].join('\n'))
    return await runNode([file], root)
  }

  return {
    folder,
    compile,
    run,
    load: (script, call) => {
      const file = join(folder, 'loaded.mjs')
      const onMessage = `process.on('message', () => void ${call}.then(() => process.send('done')))`
      writeFileSync(file, [script, onMessage].join('\n'))
      const child = fork(file, { cwd: root, execArgv: [] })
      return {
        call: async () => {
          child.send('call')
          await once(child, 'message', { signal: AbortSignal.timeout(20_000) })
        },
        end: () => child.kill('SIGKILL'),
      }
    },
    runTwice: async (guide, call, prints = '') => {
      const twice = `${call}
        const keys = await redis.dbsize()
        await ${call}
        console.log('changed', (await redis.dbsize()) - keys)`
      const { exitCode, output } = await run(await compile(guide, call), twice)
      expect(output).toContain('changed 0\n')
      expect(output).toContain(prints)
      expect(exitCode).toBe(0)
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}
