/** Older versions under their aliases. What the tests use of them is typed as in the newer ones. */
declare module 'express-4' {
  const express: typeof import('express')
  export = express
}

declare module 'koa-2' {
  const Koa: typeof import('koa')
  export = Koa
}
