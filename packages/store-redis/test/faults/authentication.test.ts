import { eventually } from '@revoked/testing'
import { describe } from 'vitest'
import { authenticatedClients, letIn, rights } from '../support/authenticated-clients.ts'
import { expectAvailable, expectUnavailable } from '../support/availability.ts'
import { clients } from '../support/connected-clients.ts'
import { revocationOver, test, tokenOf } from '../support/fault-setup.ts'
import { guardRejections } from '../support/rejection-guard.ts'

guardRejections()

const options = { concurrent: true, timeout: 20_000 } as const

describe.each(authenticatedClients)('%s', options, (_, connect) => {
  test('with a wrong password rejects every call until the server accepts it', async ({ start, open }) => {
    const server = await start()
    await letIn(server, rights, 'another')
    const revocation = revocationOver(await open(connect(server.port)))
    const token = tokenOf('a')
    await expectUnavailable(revocation, token)
    await letIn(server)
    await eventually(() => revocation.revoke({ token }), 'the client is authenticated', 10_000)
    await expectAvailable(revocation, token)
  })

  test('continues over its connection if its user is disabled, as Redis does not end it', async ({ start, open }) => {
    const server = await start()
    await letIn(server)
    const client = connect(server.port)
    await client.connected
    const revocation = revocationOver(await open(client))
    await server.command('ACL', 'SETUSER', 'app', 'off')
    await revocation.revoke({ token: tokenOf('a') })
    await expectAvailable(revocation, tokenOf('a'))
  })

  test.for([
    ['is disabled', ['SETUSER', 'app', 'off']],
    ['has another password', ['SETUSER', 'app', 'resetpass', '>another']],
    ['was deleted', ['DELUSER', 'app']],
  ] as const)(
    'whose user %s rejects every call after a reconnect, until the user is back',
    async ([, change], { start, open }) => {
      const server = await start()
      await letIn(server)
      const client = connect(server.port)
      await client.connected
      const revocation = revocationOver(await open(client))
      const token = tokenOf('a')
      await revocation.revoke({ token })
      await server.command('ACL', ...change)
      await server.command('CLIENT', 'KILL', 'TYPE', 'normal')
      await expectUnavailable(revocation, token)
      await letIn(server)
      await expectAvailable(revocation, token)
    },
  )
})

describe.each(clients)('%s', options, (_, connect) => {
  test('without a password rejects every call while the server requires one', async ({ start, open }) => {
    const server = await start()
    const revocation = revocationOver(await open(connect(server.port)))
    const token = tokenOf('a')
    await revocation.revoke({ token })
    await server.commands(['CONFIG', 'SET', 'requirepass', 'another'], ['CLIENT', 'KILL', 'TYPE', 'normal'])
    await expectUnavailable(revocation, token)
    await server.commands(['AUTH', 'another'], ['CONFIG', 'SET', 'requirepass', ''])
    await expectAvailable(revocation, token)
  })
})
