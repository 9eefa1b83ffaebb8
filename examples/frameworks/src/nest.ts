import 'reflect-metadata'
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Module,
  Post,
  Req,
  Res,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { failOpenForReads, logoutEndpoint } from '@revoked/http'
import {
  errorHandler,
  type PlatformRequest,
  type PlatformResponse,
  requireToken,
  toHandler,
  type Verified,
} from '@revoked/http/nest'
import { logIn, refresh, type Session, tokens } from './accounts.ts'
import type { RunningServer } from './listen.ts'

const serveLogout = toHandler(logoutEndpoint({ tokens }))

@Controller()
class Accounts {
  @Post('login')
  @HttpCode(200)
  async logIn(@Body() body: unknown): Promise<Session> {
    const session = await logIn(body)
    if (session === undefined) throw new UnauthorizedException({ error: 'wrong_credentials' })
    return session
  }

  // While the store is down, GET requests pass, and `degraded` beside `user` is true.
  @Get('me')
  @UseGuards(requireToken({ tokens, failPolicy: failOpenForReads }))
  me(@Req() { user }: Verified): object {
    return { user: user.sub }
  }

  @Post('refresh')
  @HttpCode(200)
  refresh(@Body() body: unknown): Promise<Session> {
    return refresh(body)
  }

  // Without the guard, which would refuse an expired token.
  @Post('logout')
  logOut(@Req() request: PlatformRequest, @Res() response: PlatformResponse): Promise<void> {
    return serveLogout(request, response)
  }
}

@Module({ controllers: [Accounts] })
class App {}

/** Starts the example. */
export async function start(port = 0): Promise<RunningServer> {
  const app = await NestFactory.create(App, { logger: ['error', 'warn'] })
  // Answers errors of the handlers with 401 or 503. The guard needs no interceptor.
  app.useGlobalInterceptors(errorHandler())
  await app.listen(port, '127.0.0.1')
  return { url: await app.getUrl(), close: () => app.close() }
}
