import { describeContract } from './describe-contract.ts'
import { hapiServers } from './servers/hapi-jwt.ts'

for (const framework of hapiServers) describeContract(framework)
