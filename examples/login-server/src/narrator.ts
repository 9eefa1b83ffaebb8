import { isDeepStrictEqual, styleText } from 'node:util'
import { type Answer, type ClientRequest, type ClientResponse, send } from './client.ts'
import { createRouting, serverName } from './routing.ts'

/** A request of the story, and the answer that is expected. */
interface Step extends ClientRequest {
  readonly status: number
  /** Fields that the body must have. */
  readonly answer?: Answer
  /** The index of the server to ask. Default: the servers take turns. */
  readonly on?: number
  /** The comment that is printed. */
  readonly shows: string
}

/** The number of requests, and of those that were not answered as expected. */
export interface Outcome {
  readonly requests: number
  readonly differences: number
}

/** Functions that send requests, compare the answers and print them. */
export interface Narrator {
  heading(title: string): void
  note(text: string): void
  ask(step: Step): Promise<ClientResponse>
  /** Prints another observation. `isRight`: it is as expected. */
  observe(what: string, isRight: boolean): void
  /** Sends the request to every server and prints nothing, for polling. */
  peek(request: ClientRequest): Promise<readonly ClientResponse[]>
  outcome(): Outcome
}

/** Where the demo prints, and whether in colours. */
export interface Output {
  readonly print: (line: string) => void
  readonly coloured: boolean
}

/** The header that an answer with this status must have. */
const requiredHeaders: Readonly<Record<number, string>> = { 401: 'www-authenticate', 503: 'retry-after' }

/**
 * Creates a narrator. With several servers, every line says which one answered. If servers may
 * accept a revoked token for `maxStalenessMs`, an expected refusal is waited for.
 */
export function createNarrator(urls: readonly string[], { print, coloured }: Output, maxStalenessMs = 0): Narrator {
  const serverFor = createRouting(urls.length)
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    coloured ? styleText(style, text, { validateStream: false }) : text
  let requests = 0
  let differences = 0

  function line({ who, request, shows }: Step, { status, ms }: ClientResponse, problems: readonly string[]): string {
    const [method = '', path = ''] = request.split(' ')
    const [pathOnly = ''] = path.split('?')
    const code = paint(status < 400 ? 'green' : 'yellow', String(status))
    const facts = `${who.user.padEnd(5)}${who.name.padEnd(8)}${method.padEnd(5)}${pathOnly.padEnd(14)}`
    const comment = problems.length === 0 ? paint('dim', shows) : paint('red', `${problems.join(', ')} (${shows})`)
    return `${facts}${code}${`${Math.round(ms)} ms`.padStart(8)}  ${comment}`
  }

  async function ask(step: Step): Promise<ClientResponse> {
    const server = step.on ?? serverFor(step.request)
    const url = urls[server] ?? ''
    const giveUpAt = performance.now() + maxStalenessMs
    let response = await send(url, step)
    while (step.status === 401 && response.status === 200 && performance.now() < giveUpAt) {
      const again = await send(url, step)
      response = { ...again, ms: response.ms + again.ms }
    }
    const problems = problemsOf(step, response)
    requests += 1
    const where = urls.length > 1 ? `${serverName(server)}  ` : ''
    printMarked(problems.length === 0, `${where}${line(step, response, problems)}`)
    return response
  }

  function printMarked(isRight: boolean, text: string): void {
    if (!isRight) differences += 1
    print(`${isRight ? ' ' : paint('red', '✗')} ${text}`)
  }

  return {
    heading: (title) => print(`\n${paint('bold', title)}`),
    note: (text) => print(`  ${paint('dim', `... ${text}`)}`),
    ask,
    observe: (what, isRight) => printMarked(isRight, isRight ? what : paint('red', what)),
    peek: (request) => Promise.all(urls.map((url) => send(url, request))),
    outcome: () => ({ requests, differences }),
  }
}

function problemsOf(step: Step, { status, headers, body }: ClientResponse): readonly string[] {
  const { answer = {} } = step
  const header = requiredHeaders[status]
  return [
    ...(status === step.status ? [] : [`must be ${step.status}`]),
    ...(header === undefined || headers.has(header) ? [] : [`must carry ${header}`]),
    ...(isDeepStrictEqual({ ...body, ...answer }, body) ? [] : [`must answer ${JSON.stringify(answer)}`]),
  ]
}
