export { describeCases } from './describe-cases.ts'
export { type DocExample, docExamples } from './doc-examples.ts'
export { runNode } from './run-node.ts'
export { type VirtualClock, virtualClock } from './virtual-clock.ts'
