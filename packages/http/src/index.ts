export type { Answer } from './answer.ts'
export type { Endpoint, EndpointRequest } from './endpoint.ts'
export type { Admission, GateOptions, TokenClaims, TokenGateOptions } from './gate.ts'
export { openForReads } from './open-for-reads.ts'
