// node --experimental-vm-modules bare-runtime.mjs <module>
// Evaluates the module and its imports in a context with nothing but the language and two timers.
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import vm from 'node:vm'

const context = vm.createContext({ setTimeout, clearTimeout })
// V8 gives every context a console, which is no part of the language.
vm.runInContext('delete globalThis.console', context)

/** Several imports of a module are one module. */
const modules = new Map()

function load(url) {
  const known = modules.get(url)
  if (known !== undefined) return known
  const loading = readFile(new URL(url), 'utf8').then(
    (source) => new vm.SourceTextModule(source, { context, identifier: url }),
  )
  modules.set(url, loading)
  return loading
}

async function link(specifier, { identifier }) {
  if (!/^\.\.?\//.test(specifier)) throw new Error(`${identifier} imports ${specifier}, which is not relative.`)
  return await load(new URL(specifier, identifier).href)
}

const entry = await load(pathToFileURL(process.argv[2] ?? '').href)
await entry.link(link)
await entry.evaluate()
process.stdout.write(JSON.stringify({ outcome: entry.namespace.outcome, loaded: modules.size }))
