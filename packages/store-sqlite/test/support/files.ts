import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for the databases of one test. */
export interface Folder {
  /** Returns the path of a file in it. */
  readonly path: (name?: string) => string
  readonly remove: () => void
}

/** Creates a folder in that of temporary files. */
export function temporaryFolder(): Folder {
  const folder = mkdtempSync(join(tmpdir(), 'revoked-sqlite-'))
  return {
    path: (name = 'app.db') => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
