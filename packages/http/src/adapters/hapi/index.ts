export { type ErrorHandlerOptions, errorHandler } from './error-handler.ts'
export { requireToken } from './require-token.ts'
export { toHandler } from './to-handler.ts'
export { type Validation, validate } from './validate.ts'
