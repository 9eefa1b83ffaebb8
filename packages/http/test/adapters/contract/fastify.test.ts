import { describeContract } from '../../support/describe-contract.ts'
import { fastifyServers } from '../../support/servers/fastify.ts'

for (const framework of fastifyServers) describeContract(framework)
