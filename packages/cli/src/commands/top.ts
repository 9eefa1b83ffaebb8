import { Option } from '@commander-js/extra-typings'
import type { FollowableStore } from '@revoked/core'
import { type Following, followStore } from '@revoked/core/follow'
import { exitCode } from '../exit-code.ts'
import { createActivity } from '../live/activity.ts'
import { drawScreen, openScreen, type ScreenState, screenLines } from '../live/screen.ts'
import { untilEnded } from '../live/until-ended.ts'
import type { Output } from '../output/output.ts'
import type { OpenStore } from '../store/open-store.ts'
import { storeCommand, toTimer } from '../store/store-flags.ts'
import { summariseStore } from '../store/summarise-store.ts'
import { examples } from './examples.ts'
import { runOverStore } from './run-command.ts'

const maxStalenessMs = 2_000
const everyMs = 30_000
const redrawMs = 1_000
const subscribersMs = 2_000
/** After this time, the subscription of the screen is made. */
const firstSubscribersMs = 500

/** Returns the command that shows a store live. */
export function topCommand() {
  return storeCommand('top')
    .summary('a live screen of the store')
    .description(
      'Shows live marks by scope, revocations by target, the change log and its subscribers, until Ctrl-C. Changes are shown as they come. All marks are counted anew at intervals.',
    )
    .addOption(new Option('--every <duration>', 'how often to count all marks. Default: 30s').argParser(toTimer))
    .option('--once', 'print one screen and end')
    .addHelpText(
      'after',
      examples([
        ['what happens right now?', 'revoked top --store redis://localhost:6379'],
        ['once, for a program', 'revoked top --once --json'],
      ]),
    )
    .action((flags) =>
      runOverStore(flags, 'read', async (opened, output) => {
        const store = opened.followable()
        if (flags.once === true) {
          print(await stateOf(store, opened), output)
          return exitCode.ok
        }
        return await live(store, opened, { everyMs: flags.every ?? everyMs, output })
      }),
    )
}

async function stateOf(store: FollowableStore, { subscribers }: OpenStore): Promise<ScreenState> {
  return {
    summary: await summariseStore(store),
    subscribers: await subscribers(),
    isSubscribed: false,
    activity: undefined,
    isLive: true,
  }
}

function print(state: ScreenState, output: Output): void {
  if (!output.json) {
    for (const line of screenLines(state, output.style)) output.line(line)
    return
  }
  const { byScope, byReason, ...summary } = state.summary
  const { activity } = state
  output.value({
    ...summary,
    byScope: Object.fromEntries(byScope),
    byReason: Object.fromEntries(byReason),
    subscribers: state.subscribers,
    ...(activity && {
      isLive: state.isLive,
      revocations: Object.fromEntries(activity.revoked),
      reinstated: activity.reinstated,
    }),
  })
}

/** Returns the number of changes up to where the logs were followed, once all were read. */
function sequenceOf({ followers }: Following): number | undefined {
  const positions = followers.map((follower) => follower.position())
  return positions.reduce<number | undefined>(
    (sum, position) => (sum === undefined || position === undefined ? undefined : sum + position.sequence),
    0,
  )
}

async function live(
  store: FollowableStore,
  opened: OpenStore,
  { everyMs, output }: { readonly everyMs: number; readonly output: Output },
) {
  let state = await stateOf(store, opened)
  const activity = createActivity()
  const { ended } = untilEnded(undefined)
  const following = followStore(store, { apply: activity.noted, reset: () => undefined }, { maxStalenessMs })
  const draw = (): void => {
    const isLive = following.status().every((log) => log.state !== 'stale')
    const changes = sequenceOf(following) ?? state.summary.changes
    const shown = { ...state, summary: { ...state.summary, changes }, activity: activity.counts(), isLive }
    if (output.json) print(shown, output)
    else drawScreen(shown, output)
  }
  let isCounting = false
  async function recount(): Promise<void> {
    if (isCounting) return
    isCounting = true
    // A store that is away is shown as such by the log, and counted again later.
    await stateOf(store, opened).then(
      (counted) => {
        state = { ...counted, isSubscribed: true }
      },
      () => undefined,
    )
    isCounting = false
  }
  const readSubscribers = (): void =>
    void opened.subscribers().then(
      (subscribers) => {
        state = { ...state, subscribers, isSubscribed: true }
      },
      () => undefined,
    )
  const timers = [
    setInterval(draw, redrawMs),
    setTimeout(readSubscribers, firstSubscribersMs),
    setInterval(readSubscribers, subscribersMs),
    setInterval(() => void recount(), everyMs),
  ]
  const closeScreen = output.json ? () => undefined : openScreen()
  draw()
  try {
    return await ended
  } finally {
    for (const timer of timers) clearInterval(timer)
    following.close()
    closeScreen()
  }
}
