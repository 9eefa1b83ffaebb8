import { createServer, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { GraphQLInt, GraphQLObjectType, GraphQLSchema } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { claimsOf } from './auth.ts'
import { closeWhenRevoked } from './close-when-revoked.ts'

/** Returns a server with a GraphQL subscription over WebSockets. */
export function graphQlServer(): Server {
  const server = createServer()
  const isProd = true
  useServer(
    {
      schema,
      isProd,
      // Returns false if the token is refused: the socket closes with the code 4403.
      onConnect: ({ connectionParams, extra }) =>
        claimsOf(String(connectionParams?.['token'])).then(
          (claims) => closeWhenRevoked(extra.socket, claims),
          () => false,
        ),
    },
    new WebSocketServer({ server }),
  )
  return server
}

const tick = { type: GraphQLInt, subscribe: ticks, resolve: (value: unknown) => value }
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { zero: { type: GraphQLInt } } }),
  subscription: new GraphQLObjectType({ name: 'Subscription', fields: { tick } }),
})

async function* ticks(): AsyncGenerator<number> {
  for (let count = 0; ; count++) {
    yield count
    await sleep(20)
  }
}
