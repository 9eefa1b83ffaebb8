import { describeContract } from '../../support/describe-contract.ts'
import { expressJwtServers } from '../../support/servers/express-jwt.ts'

for (const framework of expressJwtServers) describeContract(framework)
