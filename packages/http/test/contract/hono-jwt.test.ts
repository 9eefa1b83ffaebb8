import { describeContract } from './describe-contract.ts'
import { honoJwtServers } from './servers/hono-jwt.ts'

for (const framework of honoJwtServers) describeContract(framework)
