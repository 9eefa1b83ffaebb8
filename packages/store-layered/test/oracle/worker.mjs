// One process of the oracle's, over the built packages: a reader that asks all the time, or a
// writer that revokes.
import { connect } from './connect.mjs'
import { startReader } from './reader.mjs'
import { variants } from './variants.mjs'
import { startWriter } from './writer.mjs'

process.once('disconnect', () => process.exit())
process.once('message', async ({ role, site, variant, plan }) => {
  const client = await connect(site)
  const worker =
    role === 'writer' ? startWriter(client, site, plan) : startReader(await variants(variant, client, site), plan)
  process.on('message', async ({ id, order, value }) => process.send({ id, answer: await worker[order](value) }))
  process.send({ isConnected: true })
})
