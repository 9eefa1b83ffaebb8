/** The pages of the site, in reading order. */

/** A page by its title and its path, without `.md`. */
export interface Page {
  readonly text: string
  readonly link: string
}

/** A group of pages in the sidebar. */
export interface Group {
  readonly text: string
  readonly items: Page[]
}

export const groups: Group[] = [
  {
    text: 'Start',
    items: [{ text: 'First ten minutes', link: '/start/first-ten-minutes' }],
  },
  {
    text: 'Guides',
    items: [
      { text: 'Denylist, allowlist or both', link: '/guides/denylist-or-allowlist' },
      { text: 'Live connections', link: '/guides/live-connections' },
      { text: 'Scaling caches', link: '/guides/scaling-caches' },
      { text: 'Testing with Jest', link: '/guides/testing-with-jest' },
      { text: 'From jsonwebtoken and Redis', link: '/guides/moving-from-jsonwebtoken-and-redis' },
      { text: 'From express-jwt-blacklist', link: '/guides/moving-from-express-jwt-blacklist' },
      { text: 'From jwt-redis', link: '/guides/moving-from-jwt-redis' },
      { text: 'From a sorted set per user', link: '/guides/moving-from-a-sorted-set-per-user' },
      { text: 'From express-session', link: '/guides/moving-from-express-session' },
    ],
  },
  {
    text: 'Words',
    items: [{ text: 'Glossary', link: '/glossary' }],
  },
]
