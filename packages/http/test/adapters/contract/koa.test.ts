import { describeContract } from '../../support/describe-contract.ts'
import { koaServers } from '../../support/servers/koa.ts'

for (const framework of koaServers) describeContract(framework)
