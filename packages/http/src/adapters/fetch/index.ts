export { type ErrorHandlerOptions, errorHandler } from './error-handler.ts'
export { type Authentication, requireToken } from './require-token.ts'
export { toHandler } from './to-handler.ts'
