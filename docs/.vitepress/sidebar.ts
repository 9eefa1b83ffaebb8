/** The pages of the site, in reading order. */
import { entries } from '../typedoc/entries.mjs'

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
    items: [
      { text: 'First ten minutes', link: '/start/first-ten-minutes' },
      { text: 'Which store', link: '/start/which-store' },
      { text: 'Memory to Redis to mirror', link: '/start/memory-to-mirror' },
      { text: 'Revoke and check', link: '/start/revoke-and-check' },
      { text: 'Verify tokens', link: '/start/verify-tokens' },
      { text: 'Refresh tokens', link: '/start/refresh-tokens' },
      { text: 'Sessions and devices', link: '/start/sessions' },
      { text: 'Cookies', link: '/start/cookies' },
      { text: 'OAuth endpoints', link: '/start/oauth-endpoints' },
      { text: 'OpenID providers', link: '/start/openid-providers' },
      { text: 'Testing your app', link: '/start/testing' },
      { text: 'Runtimes', link: '/start/runtimes' },
    ],
  },
  {
    text: 'Frameworks',
    items: [
      { text: 'Overview', link: '/frameworks/' },
      { text: 'Express', link: '/frameworks/express' },
      { text: 'Fastify', link: '/frameworks/fastify' },
      { text: 'Koa', link: '/frameworks/koa' },
      { text: 'Hono', link: '/frameworks/hono' },
      { text: 'hapi', link: '/frameworks/hapi' },
      { text: 'NestJS', link: '/frameworks/nest' },
      { text: 'Next.js, Deno, Bun, workers', link: '/frameworks/fetch' },
      { text: 'MCP servers', link: '/frameworks/mcp' },
    ],
  },
  {
    text: 'Guides',
    items: [
      { text: 'Enforce in four steps', link: '/guides/enforce-in-four-steps' },
      { text: 'Denylist, allowlist or both', link: '/guides/denylist-or-allowlist' },
      { text: 'Live connections', link: '/guides/live-connections' },
      { text: 'Cut off an assistant (MCP)', link: '/guides/mcp-servers' },
      { text: 'Single use', link: '/guides/single-use' },
      { text: 'Behind a proxy', link: '/guides/forward-auth' },
      { text: 'Audit trail', link: '/guides/audit-trail' },
      { text: 'Transactions', link: '/guides/transactions' },
      { text: 'Scaling caches', link: '/guides/scaling-caches' },
      { text: 'Testing with Jest', link: '/guides/testing-with-jest' },
      { text: 'From jsonwebtoken and Redis', link: '/guides/moving-from-jsonwebtoken-and-redis' },
      { text: 'From express-jwt-blacklist', link: '/guides/moving-from-express-jwt-blacklist' },
      { text: 'From jwt-redis', link: '/guides/moving-from-jwt-redis' },
      { text: 'From a sorted set per user', link: '/guides/moving-from-a-sorted-set-per-user' },
      { text: 'From a token_blacklist table', link: '/guides/moving-from-a-token-blacklist-table' },
      { text: 'From express-session', link: '/guides/moving-from-express-session' },
    ],
  },
  {
    text: 'Operate',
    items: [
      { text: 'Metrics and traces', link: '/operate/metrics' },
      { text: 'Command line', link: '/operate/command-line' },
      { text: 'Console', link: '/operate/console' },
      { text: 'Alerts', link: '/operate/alerts' },
      { text: 'Rules and dashboard', link: '/operate/rules-and-dashboard' },
      { text: 'Capacity', link: '/operate/capacity' },
      { text: 'Redis settings', link: '/operate/redis-settings' },
      { text: 'Failover', link: '/operate/failover' },
      { text: 'Services that share a store', link: '/operate/shared-settings' },
      { text: 'Upgrades', link: '/operate/upgrades' },
      { text: 'Incidents', link: '/operate/incidents' },
    ],
  },
  {
    text: 'How it works',
    items: [
      { text: 'Marks and their algebra', link: '/how-it-works/marks' },
      { text: 'The change log', link: '/how-it-works/change-log' },
      { text: 'Leases', link: '/how-it-works/leases' },
      { text: 'Evidence', link: '/how-it-works/evidence' },
      { text: 'The fail policy', link: '/how-it-works/fail-policy' },
    ],
  },
  {
    text: 'Security',
    items: [
      { text: 'Guarantees', link: '/security/guarantees' },
      { text: 'Limitations', link: '/security/limitations' },
      { text: 'Threat model', link: '/security/threat-model' },
      { text: 'OWASP ASVS 5.0', link: '/security/asvs' },
    ],
  },
  {
    text: 'Compare',
    items: [
      { text: 'Alternatives', link: '/compare/alternatives' },
      { text: 'Charts', link: '/compare/charts' },
    ],
  },
  {
    text: 'Stores',
    items: [
      { text: 'Redis and Valkey', link: '/stores/redis' },
      { text: 'Sessions in Redis', link: '/stores/redis-sessions' },
      { text: 'SQLite', link: '/stores/sqlite' },
      { text: 'PostgreSQL', link: '/stores/postgres' },
      { text: 'Cache and mirror', link: '/stores/cache-and-mirror' },
      { text: 'Write a store', link: '/stores/write-a-store' },
    ],
  },
  {
    text: 'Reference',
    items: [
      { text: 'All packages', link: '/reference/' },
      ...entries.map(({ specifier }) => ({ text: specifier, link: `/reference/${specifier}` })),
    ],
  },
  {
    text: 'Words',
    items: [{ text: 'Glossary', link: '/glossary' }],
  },
]
