// Finds the links of a built site that lead nowhere in it: pages, files and anchors.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/**
 * Returns `page: link` for each link that leads nowhere.
 *
 * @param {string} site the folder of the built site
 * @returns {string[]}
 */
export function brokenLinks(site) {
  const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'))
  return pages.flatMap((page) => {
    const links = linksIn(readFileSync(join(site, page), 'utf8'))
    return links.filter((link) => !leadsSomewhere(site, page, link)).map((link) => `${page}: ${link}`)
  })
}

/** @param {string} html */
function linksIn(html) {
  const found = [...html.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, link = '']) => link)
  return [...new Set(found)].filter((link) => !/^[a-z]+:|^\/\//.test(link))
}

/**
 * @param {string} site
 * @param {string} page
 * @param {string} link
 */
function leadsSomewhere(site, page, link) {
  const [path = '', anchor = ''] = decodeURI(link).split('#')
  const file = path === '' ? page : fileOf(site, path.startsWith('/') ? path.slice(1) : join(dirname(page), path))
  if (file === undefined) return false
  return anchor === '' || readFileSync(join(site, file), 'utf8').includes(` id="${anchor}"`)
}

/**
 * Returns the file that a server of the site answers a path with.
 *
 * @param {string} site
 * @param {string} path
 */
function fileOf(site, path) {
  const candidates = [path, `${path}.html`, join(path, 'index.html')].map((candidate) => join(site, candidate))
  const file = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile())
  return file === undefined ? undefined : relative(site, file)
}
