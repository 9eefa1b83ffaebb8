/**
 * No container engine runs here: the Dockerfile is linted, and held to the rules of this example.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DockerfileParser } from 'dockerfile-ast'
import { ValidationSeverity, validate } from 'dockerfile-utils'
import { describe, expect, test } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))
const source = readFileSync(join(folder, 'Dockerfile'), 'utf8')
const settings = Object.fromEntries(
  [
    'deprecatedMaintainer',
    'directiveCasing',
    'emptyContinuationLine',
    'instructionCasing',
    'instructionCmdMultiple',
    'instructionEntrypointMultiple',
    'instructionHealthcheckMultiple',
    'instructionJSONInSingleQuotes',
    'instructionWorkdirRelative',
  ].map((name) => [name, ValidationSeverity.ERROR]),
)
const findings = (text: string): readonly unknown[] => validate(text, settings).map(({ message }) => message)

describe('the linter', () => {
  test('finds nothing', () => {
    expect(findings(source)).toEqual([])
  })

  test.each([
    ['an unknown instruction', source.replace('EXPOSE', 'EXPOSES')],
    ['two commands', `${source}\nCMD ["node"]\n`],
    ['quotes that are no JSON', source.replace('CMD ["node", "examples/forward-auth/dist/main.js"]', "CMD ['node']")],
    ['a relative folder', source.replaceAll('WORKDIR /app', 'WORKDIR app')],
    ['a flag that does not exist', source.replace('--start-period', '--start-time')],
  ])('detects %s', (_, broken) => {
    expect(broken).not.toBe(source)
    expect(findings(broken)).not.toEqual([])
  })
})

describe('the image', () => {
  const instructions = DockerfileParser.parse(source).getInstructions()
  const namesOf = instructions.map((one) => one.getKeyword())
  const last = namesOf.lastIndexOf('FROM')
  // The parser takes flags for no arguments.
  const textOf = (one: (typeof instructions)[number]) => one.getTextContent().replace(/^\S+ /, '')
  const final = instructions.slice(last).map((one) => [one.getKeyword(), textOf(one)] as const)
  const argumentsOf = (keyword: string) => final.filter(([name]) => name === keyword).map(([, given]) => given)

  test('is built in one stage, and runs in another, over a version of Node that is named', () => {
    const bases = instructions.filter((one) => one.getKeyword() === 'FROM').map((one) => one.getArgumentsContent())
    expect(bases).toEqual([
      expect.stringMatching(/^node:\d+-\S+-slim AS build$/),
      expect.stringMatching(/^node:\d+-\S+-slim$/),
    ])
    for (const copied of argumentsOf('COPY')) expect(copied).toMatch(/^--from=build /)
  })

  test('runs as a user without rights, with nothing after the switch that needs them', () => {
    expect(argumentsOf('USER')).toEqual(['node'])
    const after = final.slice(final.findIndex(([name]) => name === 'USER') + 1).map(([name]) => name)
    expect(after).toEqual(['EXPOSE', 'HEALTHCHECK', 'CMD'])
  })

  test('gives signals to Node itself, and asks whether the server is ready', () => {
    const [command = ''] = argumentsOf('CMD')
    expect(JSON.parse(command)).toEqual(['node', 'examples/forward-auth/dist/main.js'])
    expect(argumentsOf('HEALTHCHECK')[0]).toMatch(/CMD \["node", "examples\/forward-auth\/dist\/healthcheck\.js"\]$/)
    for (const program of ['main', 'healthcheck']) expect(existsSync(join(folder, `src/${program}.ts`))).toBe(true)
  })

  test('contains no settings: they come when it is run', () => {
    expect(argumentsOf('ENV')).toEqual(['NODE_ENV=production'])
    expect(namesOf).not.toContain('ARG')
  })
})
