import 'reflect-metadata'
import {
  type ArgumentsHost,
  Body,
  Catch,
  Controller,
  Get,
  Headers,
  HttpCode,
  HttpException,
  Module,
  Post,
  Req,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common'
import { APP_FILTER, BaseExceptionFilter, NestFactory } from '@nestjs/core'
import { RevocationError } from '@revoked/core'
import { openForReads } from '@revoked/http'
import { requireToken, type Verified } from '@revoked/http/nest'
import { logIn, logOut, refresh, type Session, tokens } from './accounts.ts'
import type { RunningServer } from './listen.ts'

@Controller()
class Accounts {
  @Post('login')
  @HttpCode(200)
  async logIn(@Body() body: unknown): Promise<Session> {
    const session = await logIn(body)
    if (session === undefined) throw new UnauthorizedException({ error: 'wrong_credentials' })
    return session
  }

  // While the store is away, reads go on, and `degraded` beside `user` is true.
  @Get('me')
  @UseGuards(requireToken({ tokens, failPolicy: openForReads }))
  me(@Req() { user }: Verified): object {
    return { user: user.sub }
  }

  @Post('refresh')
  @HttpCode(200)
  refresh(@Body() body: unknown): Promise<Session> {
    return refresh(body)
  }

  // Not behind the guard, which would refuse a token that has expired.
  @Post('logout')
  @HttpCode(204)
  logOut(@Headers('authorization') authorization?: string): Promise<void> {
    return logOut(authorization)
  }
}

/** What the handlers reject with becomes 401 or 503; the guard answers by itself. */
@Catch(RevocationError)
class AnswerErrors extends BaseExceptionFilter {
  override catch(error: RevocationError, host: ArgumentsHost): void {
    const { status } = error
    const response = host.switchToHttp().getResponse<{ header(name: string, value: string): unknown }>()
    if (status === 401) response.header('WWW-Authenticate', 'Bearer error="invalid_token"')
    if (status === 503) response.header('Retry-After', '5')
    const body = { error: status === 401 ? 'invalid_token' : 'temporarily_unavailable' }
    super.catch(status === undefined ? error : new HttpException(body, status), host)
  }
}

@Module({ controllers: [Accounts], providers: [{ provide: APP_FILTER, useClass: AnswerErrors }] })
class App {}

export async function start(port = 0): Promise<RunningServer> {
  const app = await NestFactory.create(App, { logger: ['error', 'warn'] })
  await app.listen(port, '127.0.0.1')
  return { url: await app.getUrl(), close: () => app.close() }
}
