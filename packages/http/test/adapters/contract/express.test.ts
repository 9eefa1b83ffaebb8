import { describeContract } from '../../support/describe-contract.ts'
import { expressServers } from '../../support/servers/express.ts'

for (const framework of expressServers) describeContract(framework)
