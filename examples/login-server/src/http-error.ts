/** What a handler throws to answer with something other than success. */
export class HttpError extends Error {
  readonly status: number
  /** A short code for programs: all that the body says. */
  readonly code: string
  readonly headers: Readonly<Record<string, string>>

  static {
    HttpError.prototype.name = 'HttpError'
  }

  constructor(status: number, code: string, headers: Readonly<Record<string, string>> = {}) {
    super(code)
    this.status = status
    this.code = code
    this.headers = headers
  }
}
