/** Express 4 under its alias; what the tests use is typed alike in both. */
declare module 'express-4' {
  const express: typeof import('express')
  export = express
}
