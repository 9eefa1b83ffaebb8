export { type MemoryStore, type MemoryStoreOptions, memoryStore } from './memory-store.ts'
export { type MemorySessions, type MemorySessionsOptions, memorySessions } from './sessions/memory-sessions.ts'
