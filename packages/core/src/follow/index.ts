export { assertFollowable } from './assert-followable.ts'
export { assertOpen } from './assert-open.ts'
export { type Clock, type Moment, momentOf, systemClock } from './clock.ts'
export {
  type Following,
  type FollowOptions,
  followStore,
  type LogState,
  type LogStatus,
  type StoreHandler,
} from './follow-store.ts'
export type { Follower, LogReading } from './follower.ts'
export type { LogReaderStatus } from './log-reader.ts'
export {
  type FollowedStore,
  type ObservableStore,
  type Observation,
  type SharedHandler,
  shareHandler,
} from './observable-store.ts'
export type { ReaderFailureStatus } from './reader-failures.ts'
