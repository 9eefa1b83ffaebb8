import { describeContract } from '../../support/describe-contract.ts'
import { fetchServers } from '../../support/servers/fetch.ts'

for (const framework of fetchServers) describeContract(framework)
