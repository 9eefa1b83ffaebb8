import { describeContract } from './describe-contract.ts'
import { fastifyJwtServers } from './servers/fastify-jwt.ts'

for (const framework of fastifyJwtServers) describeContract(framework)
