// @ts-check
import { checksChart, freshChart, overviewChart } from './checks.mjs'
import { concurrencyChart, medianLatencyChart, slowestLatencyChart } from './concurrency.mjs'
import { databaseGrowthChart, postgresChart } from './databases.mjs'
import { eventLoopChart } from './event-loop.mjs'
import { fleetProcessorChart, fleetTrafficChart } from './fleet.mjs'
import { growthChart } from './growth.mjs'
import { memoryChart } from './memory.mjs'
import { localShareChart, roundTripsChart, zipfChart } from './round-trips.mjs'
import { expressChart, fastifyChart } from './routes.mjs'
import { sessionsChart } from './sessions.mjs'
import { stalenessChart } from './staleness.mjs'
import { writesChart } from './writes.mjs'

/** All charts. @type {readonly import('../data.mjs').ChartSpec[]} */
export const charts = [
  overviewChart,
  stalenessChart,
  checksChart,
  concurrencyChart,
  medianLatencyChart,
  slowestLatencyChart,
  freshChart,
  expressChart,
  fastifyChart,
  roundTripsChart,
  localShareChart,
  zipfChart,
  fleetTrafficChart,
  fleetProcessorChart,
  sessionsChart,
  memoryChart,
  growthChart,
  postgresChart,
  databaseGrowthChart,
  eventLoopChart,
  writesChart,
]
