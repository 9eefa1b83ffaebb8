import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const folder = fileURLToPath(new URL('../../.github/workflows/', import.meta.url))

describe.each(readdirSync(folder))('the workflow %s', (file) => {
  const text = readFileSync(folder + file, 'utf8')

  test('pins every action to a commit', () => {
    const used = [...text.matchAll(/\buses: (\S+)/g)].map(([, action = '']) => action)
    expect(used).not.toEqual([])
    expect(used.filter((action) => !/^(\.\/|\S+@[0-9a-f]{40}$)/.test(action))).toEqual([])
  })

  test('grants nothing but reading unless a job asks for more', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n(?! )/m)
  })

  test('installs exactly what the lockfile says', () => {
    expect(text).not.toMatch(/npm (install|i)\b/)
  })
})

test('only the job that publishes may sign, and it builds from a clean checkout', () => {
  const release = readFileSync(`${folder}release.yml`, 'utf8')
  expect(release.match(/id-token: write/g)).toHaveLength(1)
  const publish = release.slice(release.indexOf('\n  publish:'))
  expect(publish).toContain('id-token: write')
  expect(publish).not.toMatch(/\bcache: npm/)
  expect(publish.indexOf('npm run release')).toBeGreaterThan(publish.indexOf('npm ci'))
  expect(publish).toContain('npm ci')
})

test('the check of main holds comments, Markdown and titles to 100 columns', () => {
  const check = readFileSync(fileURLToPath(new URL('../../.ci/run', import.meta.url)), 'utf8')
  expect(check).toMatch(/^check columns npm run check:columns$/m)
})
