// Builds the documentation site, and with `--serve` serves it: `npm run docs`,
// `npm run docs:serve`.
import { spawn, spawnSync } from 'node:child_process'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brokenLinks } from './docs/links.mjs'
import { install, run } from './install-apart.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const docs = join(root, 'docs')
const site = join(docs, '.vitepress/dist')

/** Builds the site. A warning of the build is an error, because it is read by nobody. */
function build() {
  const { status, stdout, stderr } = spawnSync('npx', ['vitepress', 'build'], {
    cwd: docs,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
  const output = `${stdout}${stderr}`
  process.stdout.write(output)
  if (status !== 0 || /\bwarn(ing)?\b/i.test(output)) throw new Error('The build of the site failed or warned.')
}

install(root)
install(docs)
run(docs, ['node', 'typedoc/build.mjs'])
run(root, ['npx', 'tsc', '--project', 'docs'])
build()
const broken = brokenLinks(site)
if (broken.length > 0) throw new Error(`Links of the site lead nowhere:\n${broken.join('\n')}`)
console.log(`The site is in ${relative(process.cwd(), site)}.`)

if (process.argv.includes('--serve')) {
  spawn('npx', ['vitepress', 'serve', '--port', process.env['PORT'] ?? '4173'], { cwd: docs, stdio: 'inherit' })
}
