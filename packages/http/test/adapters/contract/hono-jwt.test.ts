import { describeContract } from '../../support/describe-contract.ts'
import { honoJwtServers } from '../../support/servers/hono-jwt.ts'

for (const framework of honoJwtServers) describeContract(framework)
