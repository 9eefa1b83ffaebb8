import { describeContract } from './describe-contract.ts'
import { koaJwtServers } from './servers/koa-jwt.ts'

for (const framework of koaJwtServers) describeContract(framework)
