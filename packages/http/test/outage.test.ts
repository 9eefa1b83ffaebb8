import { expressServers } from './contract/servers/express.ts'
import { expressJwtServers } from './contract/servers/express-jwt.ts'
import { fastifyServers } from './contract/servers/fastify.ts'
import { fastifyJwtServers } from './contract/servers/fastify-jwt.ts'
import { fetchServers } from './contract/servers/fetch.ts'
import { hapiServers } from './contract/servers/hapi-jwt.ts'
import { honoServers } from './contract/servers/hono.ts'
import { koaServers } from './contract/servers/koa.ts'
import { koaJwtServers } from './contract/servers/koa-jwt.ts'
import { nestServers } from './contract/servers/nest.ts'
import { describeOutage } from './outage.ts'

/** One of each framework, and one of each hook whose errors go astray. How the others differ, the table tells. */
const servers = [
  ...expressServers.slice(0, 1),
  ...expressJwtServers.slice(0, 1),
  ...koaServers.slice(0, 1),
  ...koaJwtServers.slice(0, 1),
  ...fastifyServers,
  ...fastifyJwtServers.slice(-1),
  ...honoServers,
  ...hapiServers.slice(0, 1),
  ...nestServers.slice(0, 1),
  ...fetchServers,
]

for (const framework of servers) describeOutage(framework)
