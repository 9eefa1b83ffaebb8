/** An error that a handler throws to answer with this status and code. */
export class HttpError extends Error {
  readonly status: number
  /** A short code for programs, the only content of the body. */
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
