import { describeContract } from './describe-contract.ts'
import { honoServers } from './servers/hono.ts'

for (const framework of honoServers) describeContract(framework)
