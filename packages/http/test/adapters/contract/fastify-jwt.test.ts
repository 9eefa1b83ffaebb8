import { describeContract } from '../../support/describe-contract.ts'
import { fastifyJwtServers } from '../../support/servers/fastify-jwt.ts'

for (const framework of fastifyJwtServers) describeContract(framework)
