import { describeContract } from '../../support/describe-contract.ts'
import { koaJwtServers } from '../../support/servers/koa-jwt.ts'

for (const framework of koaJwtServers) describeContract(framework)
