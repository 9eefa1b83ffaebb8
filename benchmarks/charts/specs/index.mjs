// @ts-check
import { checksChart, concurrencyChart, freshChart, latencyChart, overviewChart } from './checks.mjs'
import { databaseGrowthChart, postgresChart } from './databases.mjs'
import { eventLoopChart } from './event-loop.mjs'
import { fleetProcessorChart, fleetTrafficChart } from './fleet.mjs'
import { growthChart } from './growth.mjs'
import { memoryChart } from './memory.mjs'
import { roundTripsChart, zipfChart } from './round-trips.mjs'
import { expressChart, fastifyChart } from './routes.mjs'
import { sessionsChart } from './sessions.mjs'
import { stalenessChart } from './staleness.mjs'
import { writesChart } from './writes.mjs'

/** All charts. @type {readonly import('../data.mjs').ChartSpec[]} */
export const charts = [
  overviewChart,
  stalenessChart,
  checksChart,
  latencyChart,
  concurrencyChart,
  freshChart,
  expressChart,
  fastifyChart,
  roundTripsChart,
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
