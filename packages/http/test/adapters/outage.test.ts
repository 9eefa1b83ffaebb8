import { describeOutage } from '../support/outage.ts'
import { expressServers } from '../support/servers/express.ts'
import { fetchServers } from '../support/servers/fetch.ts'

// The matrix has the other frameworks.
for (const framework of [...expressServers.slice(0, 1), ...fetchServers]) describeOutage(framework)
