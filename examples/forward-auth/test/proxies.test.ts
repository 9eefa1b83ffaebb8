/** The configuration files name the same fields, endpoints and address. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { claimHeaders } from '../src/claim-headers.ts'
import { variables } from '../src/settings.ts'

const folder = new URL('../proxies/', import.meta.url)
const fields = claimHeaders(variables.CLAIM_HEADERS.fallback ?? '').map(({ header }) => header)

describe.each(readdirSync(folder))('%s', (file) => {
  const lines = readFileSync(new URL(file, folder), 'utf8').split('\n')
  const text = lines.filter((line) => !/^\s*#/.test(line)).join('\n')

  test('passes on every field of the default, and no other', () => {
    expect(new Set(text.match(/X-Auth-[A-Z]\w+/g))).toEqual(new Set(fields))
  })

  test('asks forward-auth on its default port', () => {
    expect(text).toMatch(/forward-auth:8080|port_value: 8080/)
    expect(text).toMatch(/\/auth\b/)
  })

  test('publishes the endpoints of OAuth, and not those of health', () => {
    for (const path of ['/oauth/revoke', '/oauth/introspect']) expect(text).toContain(path)
    const health = [...text.matchAll(/.*\/health\/.*/g)].map(([line]) => line.trim())
    for (const line of health) expect(line).toMatch(/^(http_health_check: \{ )?path: \/health\/ready/)
  })
})
