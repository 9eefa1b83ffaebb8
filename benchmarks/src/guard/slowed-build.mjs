// @ts-check
// Given to Node with `--import`: makes every second check of our build do its work twice, as a
// regression would.
import { register } from 'node:module'

const core = `
export * from '@revoked/core?as-it-is'
import { createRevocation as create } from '@revoked/core?as-it-is'

export function createRevocation(options) {
  const revocation = create(options)
  let count = 0
  return {
    ...revocation,
    async check(claims, ...rest) {
      if (count++ % 2 === 0) await revocation.check(claims, ...rest)
      return await revocation.check(claims, ...rest)
    },
    async isRevoked(claims, ...rest) {
      if (count++ % 2 === 0) await revocation.isRevoked(claims, ...rest)
      return await revocation.isRevoked(claims, ...rest)
    },
  }
}`

const hooks = `
const slowed = 'revoked-slowed:core'
export async function resolve(specifier, context, next) {
  if (specifier === '@revoked/core?as-it-is') return await next('@revoked/core', { ...context, parentURL: ${JSON.stringify(import.meta.url)} })
  if (specifier === '@revoked/core' && context.parentURL?.includes('/benchmarks/src/')) return { url: slowed, format: 'module', shortCircuit: true }
  return await next(specifier, context)
}
export async function load(url, context, next) {
  if (url === slowed) return { format: 'module', source: ${JSON.stringify(core)}, shortCircuit: true }
  return await next(url, context)
}`

register(`data:text/javascript,${encodeURIComponent(hooks)}`)
