import { isDeepStrictEqual, styleText } from 'node:util'
import { type Answer, type ClientRequest, type ClientResponse, send } from './client.ts'

/** A request of the story, and what it must come to. */
interface Step extends ClientRequest {
  readonly status: number
  /** Fields that the body must hold. */
  readonly answer?: Answer
  /** What the step shows, for the reader. */
  readonly shows: string
}

/** What the story came to. */
export interface Outcome {
  readonly requests: number
  readonly differences: number
}

/** Tells the story: sends, compares, prints. */
export interface Narrator {
  heading(title: string): void
  note(text: string): void
  ask(step: Step): Promise<ClientResponse>
  /** Asks without a word, for polling. */
  peek(request: ClientRequest): Promise<ClientResponse>
  outcome(): Outcome
}

/** How the narrator speaks. */
export interface Voice {
  readonly print: (line: string) => void
  readonly coloured: boolean
}

/** A header that a status is of little use without. */
const requiredHeaders: Readonly<Record<number, string>> = { 401: 'www-authenticate', 503: 'retry-after' }

export function createNarrator(url: string, { print, coloured }: Voice): Narrator {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    coloured ? styleText(style, text, { validateStream: false }) : text
  let requests = 0
  let differences = 0

  function line({ who, request, shows }: Step, { status, ms }: ClientResponse, problems: readonly string[]): string {
    const [method = '', path = ''] = request.split(' ')
    const [pathOnly = ''] = path.split('?')
    const mark = problems.length === 0 ? ' ' : paint('red', '✗')
    const code = paint(status < 400 ? 'green' : 'yellow', String(status))
    const facts = `${who.user.padEnd(5)}${who.name.padEnd(8)}${method.padEnd(5)}${pathOnly.padEnd(14)}`
    const comment = problems.length === 0 ? paint('dim', shows) : paint('red', `${problems.join(', ')} (${shows})`)
    return `${mark} ${facts}${code}${`${Math.round(ms)} ms`.padStart(8)}  ${comment}`
  }

  return {
    heading: (title) => print(`\n${paint('bold', title)}`),
    note: (text) => print(`  ${paint('dim', `... ${text}`)}`),
    ask: async (step) => {
      const response = await send(url, step)
      const problems = problemsOf(step, response)
      requests += 1
      if (problems.length > 0) differences += 1
      print(line(step, response, problems))
      return response
    },
    peek: (request) => send(url, request),
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
