/** A limit of tasks that run at the same time. Further ones wait in their order. */
export interface Slots {
  readonly use: <Result>(task: () => Promise<Result>) => Promise<Result>
}

/** Returns a limit of `count` tasks. */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = []
  let free = count

  return {
    use: async (task) => {
      if (free > 0) free--
      else await new Promise<void>((resolve) => void waiting.push(resolve))
      try {
        return await task()
      } finally {
        const next = waiting.shift()
        if (next === undefined) free++
        else next()
      }
    },
  }
}
