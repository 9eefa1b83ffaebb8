import type { FastifyReply } from 'fastify'
import type { Answer } from '../../bearer/answer.ts'

/** Sends an answer. */
export function send(reply: FastifyReply, { status, headers, setCookie = [], body }: Answer): FastifyReply {
  reply.code(status).headers(headers)
  if (setCookie.length > 0) reply.header('Set-Cookie', [...setCookie])
  if (body === undefined) return reply.send()
  // As text: the response schema of a route and preSerialization hooks would change an object.
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body))
}
