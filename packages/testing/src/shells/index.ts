export { type Shell, type ShellName, shell } from './find-shell.ts'
