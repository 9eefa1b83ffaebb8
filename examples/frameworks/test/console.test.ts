/** The console below a path of each framework, mounted as its page of the documentation says. */
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { server as createHapi } from '@hapi/hapi'
import { getRequestListener } from '@hono/node-server'
import Router from '@koa/router'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { type Console, createConsole } from '@revoked/console'
import { createRevocation } from '@revoked/core'
import { toHandler as toExpress } from '@revoked/http/express'
import { toHandler as toFastify } from '@revoked/http/fastify'
import { toHandler as toHapi } from '@revoked/http/hapi'
import { toHandler as toHono } from '@revoked/http/hono'
import { toHandler as toKoa } from '@revoked/http/koa'
import { memoryStore } from '@revoked/store-memory'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { describe, expect, onTestFinished, test } from 'vitest'

const path = '/ops/console'

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Mounts the console in a framework, and returns the URL of the server. */
type Mount = (page: Console) => Promise<string>

const mounts: Readonly<Record<string, Mount>> = {
  Express: (page) => listen(express().use(path, toExpress(page))),
  Fastify: async (page) => {
    const app = fastify()
    app.all(path, toFastify(page))
    app.all(`${path}/*`, toFastify(page))
    onTestFinished(() => app.close())
    return await app.listen({ host: '127.0.0.1', port: 0 })
  },
  Hono: (page) => listen(getRequestListener(new Hono().all(`${path}/*`, toHono(page)).fetch)),
  Koa: (page) => {
    const router = new Router().all(path, toKoa(page)).all(`${path}/*path`, toKoa(page))
    return listen(new Koa().use(router.routes()).callback())
  },
  hapi: async (page) => {
    const server = createHapi({ host: '127.0.0.1', port: 0 })
    server.route({ method: '*', path: `${path}/{path*}`, options: { auth: false }, handler: toHapi(page) })
    await server.start()
    onTestFinished(() => server.stop())
    return server.info.uri
  },
  NestJS: async (page) => {
    class App {}
    Module({})(App)
    const app = await NestFactory.create<NestExpressApplication>(App, { logger: false, bodyParser: false })
    app.use(path, toExpress(page)).useBodyParser('json')
    await app.listen(0, '127.0.0.1')
    onTestFinished(() => app.close())
    return await app.getUrl()
  },
  'the Fetch Standard': (page) => listen(getRequestListener(page)),
}

describe.each(Object.entries(mounts))('the console in %s', (_, mount) => {
  async function open() {
    const store = memoryStore({ auditFor: '1d' })
    const revocation = createRevocation({ store, maxTokenLifetime: '1h' })
    const authorize = () => ({ role: 'admin', actor: 'root' }) as const
    const page = createConsole({ revocation, store, path, authorize })
    onTestFinished(page.close)
    const url = await mount(page)
    const ask = async (route: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
      await fetch(`${url}${path}/api/${route}`, {
        method: 'POST',
        headers: { 'x-revoked-console': '1', 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
    return { url, ask, revocation }
  }

  test('answers with the page, its files and its policy', async () => {
    const { url } = await open()
    const bare = await fetch(url + path, { redirect: 'manual' })
    expect([bare.status, bare.headers.get('location')]).toEqual([307, 'console/'])
    const page = await fetch(`${url}${path}/`)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const script = await fetch(`${url}${path}/assets/app.js`)
    expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8'])
  })

  test('revokes a long list, and nothing for a page of another origin', async () => {
    const { ask, revocation } = await open()
    const subjects = Array.from({ length: 500 }, (_, index) => `${index}-${'ü'.repeat(900)}`)
    expect((await ask('list', { subjects, reason: 'leaked' }, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await revocation.audit()).entries).toEqual([])
    expect(await (await ask('list', { subjects, reason: 'leaked' })).json()).toMatchObject({ revoked: 500 })
    expect(await (await ask('lookup', { target: { subject: subjects[499] } })).json()).toMatchObject({
      marks: [{ scope: 'sub', reason: 'leaked' }],
    })
  })
})
