export type { PrometheusAlert, PrometheusSample } from './prometheus-api.ts'
export { type PrometheusBinary, prometheusBinary } from './prometheus-binary.ts'
export { type PrometheusOptions, type PrometheusServer, startPrometheus } from './prometheus-server.ts'
export { type Promtool, runPromtool } from './promtool.ts'
