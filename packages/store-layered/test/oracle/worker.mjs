// One process of the oracle's, over the built packages: a reader that asks all the time, or a writer that revokes.
import { connect } from './connect.mjs'
import { contestants } from './contestants.mjs'
import { startReader } from './reader.mjs'
import { startWriter } from './writer.mjs'

process.once('disconnect', () => process.exit())
process.once('message', async ({ role, site, contestant, plan }) => {
  const client = await connect(site)
  const worker =
    role === 'writer' ? startWriter(client, site, plan) : startReader(await contestants(contestant, client, site), plan)
  process.on('message', async ({ id, order, value }) => process.send({ id, answer: await worker[order](value) }))
  process.send({ isConnected: true })
})
