import { describeContract } from '../../support/describe-contract.ts'
import { honoServers } from '../../support/servers/hono.ts'

for (const framework of honoServers) describeContract(framework)
