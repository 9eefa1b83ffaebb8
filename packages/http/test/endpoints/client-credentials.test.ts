import { readClientCredentials } from '@revoked/http/oauth'
import { describe, expect, test } from 'vitest'
import { basic, clientSecret } from '../support/oauth-setup.ts'

const web = { clientId: 'web', clientSecret }

function encoded(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`
}

function read(authorization: string | undefined, form: unknown = {}): unknown {
  return readClientCredentials({ authorization, form })
}

describe('client_secret_basic', () => {
  test('is decoded twice: base64, then form-urlencoded', () => {
    expect(read(basic('web'))).toEqual({ credentials: web })
    expect(read(basic('a:b c/ü+%'))).toEqual({ credentials: { clientId: 'a:b c/ü+%', clientSecret } })
  })

  test.each([
    ['with a colon in the secret', 'web:a:b', { clientId: 'web', clientSecret: 'a:b' }],
    ['not urlencoded, in UTF-8', 'web:pä$$/=', { clientId: 'web', clientSecret: 'pä$$/=' }],
    ['with an empty secret', 'web:', { clientId: 'web', clientSecret: '' }],
  ])('is understood %s', (_, text, credentials) => {
    expect(read(encoded(text))).toEqual({ credentials })
  })

  test.each(['basic', 'BASIC', 'Basic  '])('is understood after "%s"', (scheme) => {
    expect(read(basic('web').replace('Basic', scheme))).toEqual({ credentials: web })
  })

  test.each([
    ['nothing', 'Basic'],
    ['an empty text', 'Basic '],
    ['what is not base64', 'Basic d2Vi*'],
    ['base64 of a wrong length', 'Basic d2ViO'],
    ['base64url', `Basic ${Buffer.from('web:???>>>').toString('base64url')}`],
    ['two of them', `${encoded('web:a')} ${encoded('web:a').slice(6)}`],
    ['no colon', encoded('web')],
    ['no client id', encoded(':secret')],
    ['a lone percent sign', encoded('web:100%')],
    ['what is not UTF-8', `Basic ${Buffer.from([0x77, 0x3a, 0xff]).toString('base64')}`],
  ])('is malformed with %s', (_, authorization) => {
    expect(read(authorization)).toEqual({ problem: 'malformed' })
  })
})

describe('client_secret_post', () => {
  test.each([undefined, 'Bearer a.b.c'])('is read of the form, beside the header %s', (authorization) => {
    const form = { client_id: 'web', client_secret: clientSecret }
    expect(read(authorization, form)).toEqual({ credentials: web })
    expect(read(authorization, new URLSearchParams(form))).toEqual({ credentials: web })
  })

  test('of a public client has an empty secret, which equals no secret that exists', () => {
    expect(read(undefined, { client_id: 'web' })).toEqual({ credentials: { clientId: 'web', clientSecret: '' } })
  })

  test('is malformed without the client id', () => {
    expect(read(undefined, { client_secret: clientSecret })).toEqual({ problem: 'malformed' })
  })
})

test.each([
  ['the secret', { client_secret: clientSecret }],
  ['id and secret', { client_id: 'web', client_secret: clientSecret }],
  ['another id', { client_id: 'app' }],
])('Basic and, in the form, %s: in several ways at once', (_, form) => {
  expect(read(basic('web'), form)).toEqual({ problem: 'several' })
})

test('Basic and the same id in the form is one way', () => {
  expect(read(basic('web'), { client_id: 'web' })).toEqual({ credentials: web })
})

test.each([undefined, '', 'Bearer a.b.c', 'Basics d2ViOg=='])('the header %s alone is none', (authorization) => {
  expect(read(authorization)).toEqual({ problem: 'missing' })
  expect(read(authorization, undefined)).toEqual({ problem: 'missing' })
})
