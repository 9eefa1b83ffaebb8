import Koa, { type Middleware } from 'koa'
import { onTestFinished } from 'vitest'
import { listen } from './listen.ts'

/** Serves middlewares in their order while the test runs. What Koa would log goes to `logged`. */
export async function serveKoa(...middlewares: readonly Middleware[]): Promise<{ url: string; logged: unknown[] }> {
  const app = new Koa()
  const logged: unknown[] = []
  app.on('error', (error) => logged.push(error))
  for (const middleware of middlewares) app.use(middleware)
  const { url, close } = await listen(app.callback())
  onTestFinished(close)
  return { url, logged }
}

export function setHeader(name: string, value: string): Middleware {
  return (context, next) => {
    context.set(name, value)
    return next()
  }
}

export const tellUser: Middleware = ({ state, response }) => {
  response.body = { user: state['user']?.sub ?? 'nobody' }
}
