import { describeContract } from './describe-contract.ts'
import { expressServers } from './servers/express.ts'

for (const framework of expressServers) describeContract(framework)
