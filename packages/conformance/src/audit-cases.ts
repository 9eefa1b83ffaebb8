import type { AuditCase } from './audit/audit-subject.ts'
import { enteringCases } from './audit/entering-cases.ts'
import { readingCases } from './audit/reading-cases.ts'

/**
 * The cases for every store that keeps an audit trail, beside those of a revocation store.
 *
 * @example
 * ```ts
 * import { test } from 'node:test'
 * import { auditCases, type AuditSubject } from '@revoked/conformance'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const subject: AuditSubject = {
 *   open: () => ({ store: memoryStore({ auditFor: '90d' }) }),
 *   openShort: () => ({ store: memoryStore({ auditFor: '500ms' }), auditForMs: 500 }),
 * }
 * for (const { name, run } of auditCases) test(name, () => run(subject))
 * ```
 */
export const auditCases: readonly AuditCase[] = [...enteringCases, ...readingCases]
