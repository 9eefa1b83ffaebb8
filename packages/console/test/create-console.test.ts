import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { createRevocation } from '@revoked/core'
import { createSessions } from '@revoked/sessions'
import { memorySessions, memoryStore } from '@revoked/store-memory'
import { describe, expect, test } from 'vitest'
import { assetNames, createAssets } from '../src/assets/assets.ts'
import { page } from '../src/assets/page.ts'
import { type ConsoleOptions, createConsole } from '../src/index.ts'
import { getPage, openConsole, origin } from './support/open-console.ts'

const folder = fileURLToPath(new URL('../assets/', import.meta.url))

describe('the options', () => {
  const store = memoryStore()
  const revocation = createRevocation({ store, maxTokenLifetime: '1h' })
  const good: ConsoleOptions = { revocation, store, authorize: () => undefined }
  const scoped = createRevocation({ store: memoryStore(), maxTokenLifetime: '1h', issuer: '*' })
  const sessions = createSessions({ store: memorySessions(), idleTimeout: '1h', absoluteLifetime: '1d' })

  test.each<[string, object, RegExp]>([
    ['without authorize', { authorize: undefined }, /authorize is required/],
    ['with a role as authorize', { authorize: 'admin' }, /authorize is required/],
    ['without a revocation', { revocation: undefined }, /createRevocation/],
    ['without a store', { store: undefined }, /store is required/],
    ['with something else as sessions', { sessions: {} }, /createSessions/],
    ['with a misspelt option', { authorise: () => undefined }, /authorise is not an option/],
    ['with a relative path', { path: 'console' }, /path must be/],
    ['with a slash at the end of the path', { path: '/console/' }, /path must be/],
    ['with markup in the path', { path: '/"><b>' }, /path must be/],
    ['with a text as onError', { onError: 'log' }, /onError must be a function/],
    ['with a text as subjectOfSession', { subjectOfSession: 'ada' }, /subjectOfSession must be a function/],
    ['with the sessions of an unnamed issuer', { revocation: scoped, sessions }, /sessionIssuer must name/],
    ['with an issuer of sessions without need', { sessionIssuer: 'a' }, /sessionIssuer goes with/],
  ])('%s, it does not start', (_, wrong, message) => {
    expect(() => createConsole({ ...good, ...wrong })).toThrow(message)
  })

  test('an own path is the only one that is answered', async () => {
    const handle = createConsole({ ...good, path: '/ops/revoked', authorize: () => ({ role: 'admin', actor: 'a' }) })
    const statusOf = async (path: string) => (await handle(new Request(origin + path))).status
    expect(await statusOf('/ops/revoked/')).toBe(200)
    expect(await statusOf('/ops/revoked')).toBe(307)
    expect(await statusOf('/console/')).toBe(404)
    expect(await statusOf('/ops/revokedX')).toBe(404)
  })
})

describe('the page', () => {
  test('is reached without its slash by a relative redirect', async () => {
    const answer = await getPage(openConsole(), '/console')
    expect([answer.status, answer.headers.get('location')]).toEqual([307, 'console/'])
  })

  test('forbids inline code, other origins, frames, and markup made by scripts', async () => {
    const { headers } = await getPage(openConsole(), '/console/')
    const policy = headers.get('content-security-policy')
    for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'none'"])
      expect(policy).toContain(rule)
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  test('contains nothing inline, and names nothing but its own files', () => {
    expect(page).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|https?:|\/\//)
    const named = [...page.matchAll(/(?:src|href)="(?!#)([^"]+)"/g)].map(([, path]) => path)
    expect(named.filter((path) => !assetNames.some((name) => path === `assets/${name}`))).toEqual([])
  })

  test('has the same markup for everybody', async () => {
    const opened = openConsole()
    const [one, other] = [await getPage(opened, '/console/'), await getPage(opened, '/console/?q=<b>')]
    expect(await one.text()).toBe(await other.text())
  })

  test('is read only: another method is refused before anybody is asked', async () => {
    const handle = createConsole({ ...openedOptions(), authorize: () => Promise.reject(new Error('asked')) })
    const answer = await handle(new Request(`${origin}/console/`, { method: 'POST', body: 'a=b' }))
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})

function openedOptions(): Pick<ConsoleOptions, 'store' | 'revocation'> {
  const store = memoryStore()
  return { store, revocation: createRevocation({ store, maxTokenLifetime: '1h' }) }
}

describe('the files of the page', () => {
  test('are all that the folder holds', async () => {
    expect((await readdir(folder)).sort()).toEqual([...assetNames].sort())
  })

  test('take less than 60 kB, compressed', async () => {
    const sizes = await Promise.all(assetNames.map(async (name) => gzipSync(await readFile(folder + name)).length))
    const total = sizes.reduce((sum, size) => sum + size, gzipSync(page).length)
    expect(total).toBeLessThan(60_000)
    // The limit is not met by an empty folder.
    expect(total).toBeGreaterThan(5_000)
  })

  test('make no markup of text, and evaluate none', async () => {
    const sinks =
      /innerHTML|outerHTML|insertAdjacentHTML|setHTML|document\.write|DOMParser|srcdoc|createContextualFragment|\beval\b|new Function|javascript:|\.style\b|importScripts/
    for (const name of assetNames) expect(await readFile(folder + name, 'utf8'), name).not.toMatch(sinks)
  })

  test('import each other alone, and ask no other origin', async () => {
    for (const name of assetNames.filter((file) => file.endsWith('.js'))) {
      const text = await readFile(folder + name, 'utf8')
      const imports = [...text.matchAll(/from '([^']+)'/g)].map(([, path = '']) => path.replace('./', ''))
      expect(imports.filter((path) => !assetNames.includes(path))).toEqual([])
      expect(text.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//)
    }
    for (const name of ['base.css', 'parts.css', 'console.css'])
      expect(await readFile(folder + name, 'utf8')).not.toMatch(/url\(|@import/)
  })

  test('look as the pages of the login server do', async () => {
    const pages = fileURLToPath(new URL('../../../examples/login-server/public/', import.meta.url))
    for (const name of ['base.css', 'parts.css'])
      expect(await readFile(folder + name, 'utf8')).toBe(await readFile(pages + name, 'utf8'))
  })

  test('have their types, and are sent again only if they have changed', async () => {
    const opened = openConsole()
    const types = { 'app.js': 'text/javascript', 'base.css': 'text/css', 'icon.svg': 'image/svg+xml' }
    for (const [name, type] of Object.entries(types)) {
      const { status, headers } = await getPage(opened, `/console/assets/${name}`)
      expect([status, headers.get('content-type')?.split(';')[0]]).toEqual([200, type])
      const again = { cookie: 'role=support', 'if-none-match': headers.get('etag') ?? '' }
      expect((await getPage(opened, `/console/assets/${name}`, { headers: again })).status).toBe(304)
    }
  })

  test('are known again by a tag that a proxy has made weak', async () => {
    const opened = openConsole()
    const { headers } = await getPage(opened, '/console/assets/app.js')
    const again = { cookie: 'role=support', 'if-none-match': `W/${headers.get('etag')}` }
    expect((await getPage(opened, '/console/assets/app.js', { headers: again })).status).toBe(304)
  })

  test('are read again after a failure', async () => {
    let reads = 0
    const answer = createAssets(async () => {
      reads += 1
      if (reads === 1) throw new Error('EMFILE')
      return new TextEncoder().encode('hello')
    })
    const request = new Request(`${origin}/console/assets/app.js`)
    await expect(answer('/assets/app.js', request)).rejects.toThrow('EMFILE')
    for (const path of ['/assets/app.js', '/assets/app.js'])
      expect(await (await answer(path, request))?.text()).toBe('hello')
    expect(reads).toBe(2)
  })

  test.each([
    '/console/assets/../package.json',
    '/console/assets/%2e%2e/package.json',
    '/console/assets/',
    '/console/x',
  ])('do not include %s', async (path) => {
    expect((await getPage(openConsole(), path)).status).toBe(404)
  })
})
