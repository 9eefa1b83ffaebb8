import { describeOutage } from '../support/outage.ts'
import { expressJwtServers } from '../support/servers/express-jwt.ts'
import { fastifyServers } from '../support/servers/fastify.ts'
import { fastifyJwtServers } from '../support/servers/fastify-jwt.ts'
import { hapiServers } from '../support/servers/hapi-jwt.ts'
import { honoServers } from '../support/servers/hono.ts'
import { koaServers } from '../support/servers/koa.ts'
import { koaJwtServers } from '../support/servers/koa-jwt.ts'
import { nestServers } from '../support/servers/nest.ts'

/**
 * One of each framework beside those of `outage.test.ts`, and one of each hook whose errors are
 * lost.
 */
const servers = [
  ...expressJwtServers.slice(0, 1),
  ...koaServers.slice(0, 1),
  ...koaJwtServers.slice(0, 1),
  ...fastifyServers,
  ...fastifyJwtServers.slice(-1),
  ...honoServers,
  ...hapiServers.slice(0, 1),
  ...nestServers.slice(0, 1),
]

for (const framework of servers) describeOutage(framework)
