import { describeContract } from './describe-contract.ts'
import { fetchServers } from './servers/fetch.ts'

for (const framework of fetchServers) describeContract(framework)
