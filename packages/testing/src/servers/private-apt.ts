import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DebianArchive } from './debian-archive.ts'

/**
 * Returns options of apt-get for separate lists and archives in a folder. Those of the system may
 * be absent, need root, and are locked during use.
 *
 * @param status - The list of installed packages. Default: an empty one, so that the state of the
 *   system does not affect the choice of versions.
 */
export async function privateApt(apt: string, { sources }: DebianArchive, status?: string): Promise<string[]> {
  await mkdir(join(apt, 'lists/partial'), { recursive: true })
  await mkdir(join(apt, 'cache/archives/partial'), { recursive: true })
  await writeFile(join(apt, 'status'), '')
  const settings = [
    `Dir::State::lists=${apt}/lists`,
    `Dir::State::status=${status ?? `${apt}/status`}`,
    `Dir::Cache=${apt}/cache`,
    'Acquire::Languages=none',
    'Acquire::http::Timeout=20',
    'APT::Sandbox::User=',
    'APT::Update::Post-Invoke-Success::=',
  ]
  if (sources !== undefined) {
    await writeFile(join(apt, 'sources.list'), sources)
    settings.push(`Dir::Etc::sourcelist=${apt}/sources.list`, 'Acquire::AllowInsecureRepositories=false')
    settings.push('Dir::Etc::sourceparts=/dev/null', 'Dir::Etc::preferences=/dev/null')
    settings.push('Dir::Etc::preferencesparts=/dev/null')
  }
  return settings.flatMap((setting) => ['-o', setting])
}
