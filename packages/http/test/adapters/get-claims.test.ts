import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import { RevocationUnavailableError } from '@revoked/core'
import { requireActive as forExpress } from '@revoked/http/express'
import { requireActive as forKoa } from '@revoked/http/koa'
import { requireActive as forNest } from '@revoked/http/nest'
import express from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import { reply } from '../support/ask.ts'
import { unavailable } from '../support/expectations.ts'
import { listen } from '../support/listen.ts'
import { serveKoa, tellUser } from '../support/serve-koa.ts'
import { createWorld } from '../support/setup.ts'

interface Options {
  readonly getClaims: () => unknown
  readonly timeout?: '20ms'
  readonly onUnavailable?: (error: unknown) => unknown
}

const { revocation } = createWorld()

async function askServer(url: string) {
  const response = await fetch(url, { signal: AbortSignal.timeout(4_000) })
  return { status: response.status, body: response.status === 503 ? await response.json() : undefined }
}

async function askExpress(options: Options) {
  const app = express().set('env', 'test')
  app.get('/', forExpress(revocation, options), (_request, response) => void response.json({}))
  const { url, close } = await listen(app)
  onTestFinished(close)
  return await askServer(url)
}

async function askKoa(options: Options) {
  return await askServer((await serveKoa(forKoa(revocation, options), tellUser)).url)
}

/** Nest answers 500 whatever else a guard rejects with. */
async function askNest(options: Options) {
  const context = new ExecutionContextHost([{ headers: {} }, { header: () => undefined }], class {}, () => {})
  try {
    await forNest(revocation, options).canActivate(context)
    return { status: 200, body: undefined }
  } catch (thrown) {
    const error = thrown as { getStatus?(): number; getResponse(): unknown }
    return error.getStatus === undefined
      ? { status: 500, body: undefined }
      : { status: error.getStatus(), body: error.getResponse() }
  }
}

describe.each([
  ['Express', askExpress],
  ['Koa', askKoa],
  ['NestJS', askNest],
])('getClaims of %s', (_, ask) => {
  test('that never settles is answered 503 at the timeout', async () => {
    const told: unknown[] = []
    const onUnavailable = (error: unknown) => told.push(error)
    const getClaims = () => new Promise(() => {})
    expect(await ask({ getClaims, timeout: '20ms', onUnavailable })).toEqual(reply(unavailable))
    expect(told).toEqual([expect.objectContaining({ code: 'ERR_REVOCATION_UNAVAILABLE' })])
  })

  test('that rejects with an outage is answered 503', async () => {
    const getClaims = () => Promise.reject(new RevocationUnavailableError('away'))
    expect(await ask({ getClaims })).toEqual(reply(unavailable))
  })

  test.each([undefined, new Error('a defect')])('that rejects with %s is a defect', async (thrown) => {
    expect(await ask({ getClaims: () => Promise.reject(thrown) })).toMatchObject({ status: 500 })
  })
})

test.each([
  ['Express', forExpress],
  ['Koa', forKoa],
  ['NestJS', forNest],
])('the timeout of %s must be positive', (_, requireActive) => {
  expect(() => requireActive(revocation, { timeout: 0 })).toThrow(RangeError)
})
