export type { FamilyRecord } from '../store/family-record.ts'
export { createFamilies, type Families, type FamiliesOptions, type FamilyUse } from './families.ts'
