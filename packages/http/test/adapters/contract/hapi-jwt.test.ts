import { describeContract } from '../../support/describe-contract.ts'
import { hapiServers } from '../../support/servers/hapi-jwt.ts'

for (const framework of hapiServers) describeContract(framework)
