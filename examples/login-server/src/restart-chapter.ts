import type { Chapter } from './chapters.ts'
import { login, me } from './requests.ts'
import type { RestartStage } from './story.ts'

/** The chapter about a server that is killed, over a store that survives it. */
export const restartChapter: Chapter<RestartStage> = {
  title: 'The process is killed, and starts again: what was revoked is still refused',
  run: async ({ ask, note, restart, laptop, phone }) => {
    await ask({ ...login(laptop, 'difference-engine'), status: 200, shows: 'logged in' })
    await ask({ ...login(phone, 'difference-engine'), status: 200, shows: 'on another device too' })
    await ask({ who: phone, request: 'POST /logout', status: 200, shows: 'ends the session of the phone' })
    note(`kill -9, and a new process over the same file (${await restart()})`)
    await ask({ ...me(phone), status: 401, shows: 'the phone is still logged out' })
    await ask({ ...me(laptop), status: 200, shows: 'and the laptop is still logged in' })
  },
}
