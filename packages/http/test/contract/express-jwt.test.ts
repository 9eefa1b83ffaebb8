import { describeContract } from './describe-contract.ts'
import { expressJwtServers } from './servers/express-jwt.ts'

for (const framework of expressJwtServers) describeContract(framework)
