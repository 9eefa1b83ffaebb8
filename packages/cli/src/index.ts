export { type CliConfig, defineConfig } from './config.ts'
