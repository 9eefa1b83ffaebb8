import { describeContract } from '../../support/describe-contract.ts'
import { nestServers } from '../../support/servers/nest.ts'

for (const framework of nestServers) describeContract(framework)
