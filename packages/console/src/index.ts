export type { ConsoleAccess, ConsoleRole } from './access/access.ts'
export type { ConsoleDevice, ConsoleOptions, ConsoleSession, ConsoleSessions } from './console-options.ts'
export { type Console, createConsole } from './create-console.ts'
