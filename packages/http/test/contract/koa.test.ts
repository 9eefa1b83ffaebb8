import { describeContract } from './describe-contract.ts'
import { koaServers } from './servers/koa.ts'

for (const framework of koaServers) describeContract(framework)
