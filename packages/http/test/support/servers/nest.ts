import { All, Controller, Get, type INestApplication, Module, Req, type Type, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { failOpenForReads } from '@revoked/http'
import { requireToken, type Verified } from '@revoked/http/nest'
import type { Framework, ServerOptions } from '../framework.ts'

export const nestServers: readonly Framework[] = [
  serverOf('NestJS 11 on Express', (module) => NestFactory.create(module, new ExpressAdapter(), { logger: false })),
  serverOf('NestJS 11 on Fastify', (module) => NestFactory.create(module, new FastifyAdapter(), { logger: false })),
]

function serverOf(name: string, create: (module: Type) => Promise<INestApplication>): Framework {
  return {
    name,
    start: async (options) => {
      const app = await create(createModule(options))
      await app.listen(0, '127.0.0.1')
      return { url: await app.getUrl(), close: () => app.close() }
    },
  }
}

/** The decorators are applied by hand: the tests run without a compiler that knows them. */
function createModule({ tokens, onUnavailable, onRefused }: ServerOptions): Type {
  class Routes {
    closed(request: Verified): object {
      return tell(request)
    }
    open(request: Verified): object {
      return tell(request)
    }
    observed(request: Verified): object {
      return tell(request)
    }
    byMethod(request: Verified): object {
      return tell(request)
    }
  }
  Controller()(Routes)
  route(Routes, 'closed', Get('closed'), UseGuards(requireToken({ tokens, onUnavailable, onRefused })))
  route(Routes, 'open', Get('open'), UseGuards(requireToken({ tokens, onUnavailable, onRefused, failPolicy: 'open' })))
  route(
    Routes,
    'observed',
    Get('observed'),
    UseGuards(requireToken({ tokens, onUnavailable, onRefused, mode: 'observe' })),
  )
  route(
    Routes,
    'byMethod',
    All('by-method'),
    UseGuards(requireToken({ tokens, onUnavailable, onRefused, failPolicy: failOpenForReads })),
  )

  class App {}
  Module({ controllers: [Routes] })(App)
  return App
}

function route({ prototype }: Type, name: string, ...decorators: readonly MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name) ?? {}
  for (const decorate of decorators) decorate(prototype, name, descriptor)
  Req()(prototype, name, 0)
}

function tell({ user, degraded }: Verified): object {
  return { sub: user.sub, degraded }
}
