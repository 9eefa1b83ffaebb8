import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Nginx, startNginx } from '@revoked/testing/nginx'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { findNginx } from '../../src/nginx/nginx-binary.ts'
import { isRunning } from '../../src/servers/is-running.ts'

const folder = mkdtempSync(join(tmpdir(), 'revoked-nginx-search-'))
const started: Nginx[] = []
afterEach(async () => void (await Promise.all(started.splice(0).map((nginx) => nginx.stop()))))
afterAll(() => rmSync(folder, { recursive: true }))

async function start(location: string): Promise<Nginx> {
  const nginx = await startNginx({
    configFor: (port) => `server { listen 127.0.0.1:${port}; location / { ${location} } }`,
  })
  started.push(nginx)
  return nginx
}

const options = { timeout: 180_000 }

describe('an nginx', options, () => {
  test('serves what its configuration says, and logs requests', async () => {
    const nginx = await start('return 200 "hello";')
    expect(await (await fetch(nginx.url)).text()).toBe('hello')
    expect(await nginx.log()).toContain('"GET / HTTP/1.1" 200 5')
  })

  test('leaves no process and no folder after a stop', async () => {
    const nginx = await start('return 204;')
    await nginx.stop()
    expect(isRunning(nginx.pid)).toBe(false)
    await expect(fetch(nginx.url)).rejects.toThrow()
    await nginx.stop()
  })

  test('shows the end of its log if it does not start, and refuses a taken port', async () => {
    await expect(start('no_such_directive on;')).rejects.toThrow(/nginx did not start.*no_such_directive/s)
    const { port } = await start('return 204;')
    await expect(startNginx({ port, configFor: () => `server { listen 127.0.0.1:${port}; }` })).rejects.toThrow(
      `port ${port} is taken`,
    )
  })
})

describe('the search of an nginx', options, () => {
  function program(says: string): string {
    const path = join(folder, 'nginx')
    writeFileSync(path, `#!/bin/sh\necho '${says}' >&2\n`, { mode: 0o755 })
    return path
  }

  test('takes the one that the environment names, or that of the PATH', async () => {
    const path = program('nginx version: nginx/1.28.0')
    const found = { path, version: '1.28.0' }
    expect(await findNginx({ env: { REVOKED_NGINX: path, PATH: '/nowhere' } })).toEqual(found)
    expect(await findNginx({ env: { PATH: `/nowhere:${folder}` } })).toEqual(found)
  })

  test('refuses another program', async () => {
    const path = program('another one')
    const search = findNginx({ env: { REVOKED_NGINX: path } })
    await expect(search).rejects.toThrow(`REVOKED_NGINX=${path} is no nginx: it says another one`)
  })

  test('names the package to install if there is none and apt-get fails', async () => {
    // A file where the cache should be.
    const cache = program('nginx version: nginx/1.28.0')
    const search = findNginx({ env: { PATH: '/nowhere' }, cache })
    await expect(search).rejects.toThrow(/^There is no nginx to start: .*apt-get install nginx/)
    expect(existsSync(cache)).toBe(true)
  })
})
