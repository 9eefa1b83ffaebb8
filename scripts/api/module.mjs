// Reads one declaration file: what it declares, imports, exports and adds to other modules.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync } from 'oxc-parser'

/**
 * A declaration file. `exported` and `imported` lead from a name to the module and the name there;
 * without `from`, the name is declared in this file. `docs` are the docstrings of a declaration.
 *
 * @typedef {{ from?: string, name: string }} Origin
 * @typedef {{
 *   declared: Map<string, { texts: string[], docs: string[], names: Set<string> }>,
 *   imported: Map<string, Origin>,
 *   exported: Map<string, Origin>,
 *   augmentations: string[],
 *   loaded: string[],
 * }} Module
 */

/**
 * Returns what a declaration file contains. Relative specifiers become the paths of declaration
 * files.
 *
 * @param {string} path
 * @returns {Module}
 */
export function readModule(path) {
  const source = readFileSync(path, 'utf8')
  const { program, comments } = parseSync(path, source)
  const module = { declared: new Map(), imported: new Map(), exported: new Map(), augmentations: [], loaded: [] }
  const textOf = (node) => withoutComments(source, comments, node)
  const docOf = (node) => docBefore(source, comments, node)
  const locate = (specifier) => (specifier.startsWith('.') ? declarationsAt(path, specifier) : specifier)
  for (const node of program.body) readStatement(node, { module, textOf, docOf, locate })
  return module
}

function readStatement(node, { module, textOf, docOf, locate }) {
  if (node.source) module.loaded.push(locate(node.source.value))
  if (node.type === 'ImportDeclaration') {
    for (const { local, imported, type } of node.specifiers) {
      const name = type === 'ImportSpecifier' ? imported.name : '*'
      module.imported.set(local.name, { from: locate(node.source.value), name })
    }
  } else if (node.type === 'ExportNamedDeclaration' && node.declaration !== null) {
    for (const name of declare(module, node.declaration, textOf(node), docOf(node))) module.exported.set(name, { name })
  } else if (node.type === 'ExportNamedDeclaration') {
    for (const { local, exported } of node.specifiers) {
      const origin =
        node.source === null ? module.imported.get(local.name) : { from: locate(node.source.value), name: local.name }
      module.exported.set(exported.name, origin ?? { name: local.name })
    }
  } else if (node.type === 'TSModuleDeclaration' || node.type === 'TSGlobalDeclaration') {
    module.augmentations.push(textOf(node))
  } else if (node.type.startsWith('Export')) throw new Error(`${node.type} is not supported in declarations`)
  else declare(module, node, textOf(node), docOf(node))
}

/** Notes a declaration under its names. Overloads share a name. */
function declare(module, node, text, doc) {
  const ids = node.type === 'VariableDeclaration' ? node.declarations.map(({ id }) => id) : [node.id]
  const names = ids.map(({ name }) => name)
  for (const name of names) {
    const entry = module.declared.get(name) ?? { texts: [], docs: [], names: new Set() }
    entry.texts.push(text)
    if (doc !== undefined) entry.docs.push(doc)
    collectNames(node, entry.names)
    module.declared.set(name, entry)
  }
  return names
}

/** Collects every identifier in a declaration: those of types that it refers to are among them. */
function collectNames(node, names) {
  if (Array.isArray(node)) for (const child of node) collectNames(child, names)
  else if (node !== null && typeof node === 'object') {
    if (node.type === 'Identifier') names.add(node.name)
    for (const child of Object.values(node)) collectNames(child, names)
  }
}

/** Returns the docstring that ends right before a node. */
function docBefore(source, comments, { start }) {
  const doc = comments.findLast(({ end }) => end <= start)
  const isDoc = doc?.type === 'Block' && doc.value.startsWith('*') && source.slice(doc.end, start).trim() === ''
  return isDoc ? doc.value : undefined
}

function withoutComments(source, comments, { start, end }) {
  let text = ''
  let from = start
  for (const comment of comments) {
    if (comment.start < start || comment.end > end) continue
    text += source.slice(from, comment.start)
    from = comment.end
  }
  return `${text}${source.slice(from, end)}`
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n')
    .replaceAll('    ', '  ')
}

function declarationsAt(path, specifier) {
  return join(dirname(path), specifier).replace(/\.[jt]s$/, '.d.ts')
}
