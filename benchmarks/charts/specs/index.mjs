// @ts-check
import { checksChart, concurrencyChart, latencyChart } from './checks.mjs'
import { eventLoopChart } from './event-loop.mjs'
import { fleetProcessorChart, fleetTrafficChart } from './fleet.mjs'
import { growthChart } from './growth.mjs'
import { memoryChart } from './memory.mjs'
import { roundTripsChart, zipfChart } from './round-trips.mjs'
import { expressChart, fastifyChart } from './routes.mjs'
import { stalenessChart } from './staleness.mjs'
import { writesChart } from './writes.mjs'

/** All charts. @type {readonly import('../data.mjs').ChartSpec[]} */
export const charts = [
  checksChart,
  latencyChart,
  concurrencyChart,
  expressChart,
  fastifyChart,
  roundTripsChart,
  zipfChart,
  stalenessChart,
  fleetTrafficChart,
  fleetProcessorChart,
  memoryChart,
  growthChart,
  eventLoopChart,
  writesChart,
]
