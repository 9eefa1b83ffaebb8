// Writes the reference into `docs/reference/`, from the docstrings: a page for every entry of every
// published package. A warning is an error, so that nothing that a docstring links to is missing.
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Application, Converter, PageEvent, ReflectionKind } from 'typedoc'
import { entries, packages } from './entries.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

/** Calls modules by what users import, and not by their folders. */
function nameModules(app) {
  const specifiers = new Map(entries.map(({ specifier, source }) => [relative(packages, dirname(source)), specifier]))
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_, reflection) => {
    if (!reflection.kindOf(ReflectionKind.Module)) return
    const specifier = specifiers.get(reflection.name)
    if (specifier === undefined) throw new Error(`The module ${reflection.name} is no entry of a package.`)
    reflection.name = specifier
  })
}

/** Gives anchors the form that VitePress gives to the links to them: without `_`. */
function fitAnchors(app) {
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents?.replace(/(?<= id="|#)api-[\w-]+/g, (anchor) => anchor.replaceAll('_', '-'))
  })
}

const app = await Application.bootstrapWithPlugins({
  name: 'Reference',
  entryPoints: entries.map(({ source }) => source),
  tsconfig: here('tsconfig.json'),
  out: here('../reference'),
  plugin: ['typedoc-plugin-markdown', nameModules, fitAnchors],
  readme: 'none',
  excludePrivate: true,
  excludeExternals: true,
  disableSources: true,
  disableGit: true,
  logLevel: 'Warn',
  treatWarningsAsErrors: true,
  // What is exported by no entry is shown by its name only.
  validation: { notExported: false, invalidLink: true, invalidPath: true, rewrittenLink: true, notDocumented: true },
  requiredToBeDocumented: ['Function', 'Class', 'Interface', 'TypeAlias', 'Variable'],
  router: 'module',
  entryFileName: 'index.md',
  hideBreadcrumbs: true,
  hidePageHeader: true,
  // Headings alone do not do: links to a type that is called like a member of another one, joined
  // with its name, would lead nowhere.
  useHTMLAnchors: true,
  anchorPrefix: 'api-',
  useCodeBlocks: true,
  expandObjects: true,
  // Generics and `{…}` of docstrings are text, and not elements of Vue.
  sanitizeComments: true,
})
const project = await app.convert()
if (project === undefined) throw new Error('TypeDoc could not read the sources.')
app.validate(project)
await app.generateOutputs(project)
if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error('TypeDoc warned: see above.')
