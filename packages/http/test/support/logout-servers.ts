import { server as createHapi } from '@hapi/hapi'
import { getRequestListener } from '@hono/node-server'
import { All, Controller, type INestApplication, Module, Req, Res, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { Endpoint, WebHandler } from '@revoked/http'
import { toHandler as serveExpress } from '@revoked/http/express'
import { toHandler as serveFastify } from '@revoked/http/fastify'
import { toHandler as serveFetch } from '@revoked/http/fetch'
import { toHandler as serveHapi } from '@revoked/http/hapi'
import { toHandler as serveHono } from '@revoked/http/hono'
import { toHandler as serveKoa } from '@revoked/http/koa'
import { toHandler as serveNest } from '@revoked/http/nest'
import express from 'express'
import express4 from 'express-4'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import Koa2 from 'koa-2'
import type { RunningServer } from './framework.ts'
import { listen } from './listen.ts'

type Served = Endpoint | WebHandler
type Start = (endpoint: Served) => Promise<RunningServer>

/**
 * Servers that serve an endpoint at `/`, whatever the method. None logs a defect, which some tests
 * cause on purpose.
 */
export const servers: readonly (readonly [name: string, start: Start])[] = [
  ['Express 5', (endpoint) => listen(express().all('/', serveExpress(endpoint)))],
  ['Express 4', (endpoint) => listen(express4().all('/', serveExpress(endpoint)))],
  ['Koa 3', (endpoint) => listen(Object.assign(new Koa(), { silent: true }).use(serveKoa(endpoint)).callback())],
  ['Koa 2', (endpoint) => listen(Object.assign(new Koa2(), { silent: true }).use(serveKoa(endpoint)).callback())],
  [
    'Hono',
    (endpoint) => listen(getRequestListener(new Hono().all('/', serveHono(endpoint)).onError(() => failed()).fetch)),
  ],
  ['the Fetch Standard', (endpoint) => listen(getRequestListener(serveFetch(endpoint), { errorHandler: failed }))],
  ['Fastify', startFastify],
  ['hapi', startHapi],
  ['NestJS on Express', (endpoint) => startNest(new ExpressAdapter(), endpoint)],
  ['NestJS on Fastify', (endpoint) => startNest(new FastifyAdapter(), endpoint)],
]

/** Frameworks that parse bodies first, with a parser that hands the stream over. */
export const streamingServers: typeof servers = [
  ['Fastify with a parser of streams', (endpoint) => startFastify(endpoint, true)],
]

function failed(): Response {
  return new Response(null, { status: 500 })
}

async function startFastify(endpoint: Served, streams = false): Promise<RunningServer> {
  const app = fastify()
  if (streams) app.addContentTypeParser('application/x-www-form-urlencoded', (_, body, done) => done(null, body))
  app.all('/', serveFastify(endpoint))
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), close: () => app.close() }
}

async function startHapi(endpoint: Served): Promise<RunningServer> {
  const server = createHapi({ host: '127.0.0.1', port: 0, debug: false })
  server.route({ method: '*', path: '/', options: { auth: false }, handler: serveHapi(endpoint) })
  await server.start()
  return { url: server.info.uri, close: () => server.stop() }
}

type NestAdapter = NonNullable<Parameters<typeof NestFactory.create>[1]>

async function startNest(adapter: NestAdapter, endpoint: Served): Promise<RunningServer> {
  const app: INestApplication = await NestFactory.create(moduleOf(endpoint), adapter, { logger: false })
  await app.listen(0, '127.0.0.1')
  return { url: await app.getUrl(), close: () => app.close() }
}

/** The decorators are applied by hand: the tests run without a compiler that knows them. */
function moduleOf(endpoint: Served): Type {
  const answer = serveNest(endpoint)
  class Routes {
    logOut(...[request, response]: Parameters<typeof answer>): Promise<void> {
      return answer(request, response)
    }
  }
  Controller()(Routes)
  All()(Routes.prototype, 'logOut', Object.getOwnPropertyDescriptor(Routes.prototype, 'logOut') ?? {})
  Req()(Routes.prototype, 'logOut', 0)
  Res()(Routes.prototype, 'logOut', 1)
  class App {}
  Module({ controllers: [Routes] })(App)
  return App
}
