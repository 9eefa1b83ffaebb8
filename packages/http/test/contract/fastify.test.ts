import { describeContract } from './describe-contract.ts'
import { fastifyServers } from './servers/fastify.ts'

for (const framework of fastifyServers) describeContract(framework)
