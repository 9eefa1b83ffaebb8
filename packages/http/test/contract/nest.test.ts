import { describeContract } from './describe-contract.ts'
import { nestServers } from './servers/nest.ts'

for (const framework of nestServers) describeContract(framework)
