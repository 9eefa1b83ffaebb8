/** Returns lines to paste into a shell, from top to bottom. They need curl and node. */
export function curlLines(url: string): string {
  const post = (path: string, body: object): string =>
    `curl -s ${url}${path} -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`
  const login = (user: string, password: string, device: string): string =>
    `${device.toUpperCase()}=$(${post('/login', { user, password, device })} | node -pe 'JSON.parse(fs.readFileSync(0)).token')`
  const as = (device: string, command: string): string =>
    `${command} -H "Authorization: Bearer $${device.toUpperCase()}" -w ' %{http_code}\\n'`
  const me = (device: string): string => as(device, `curl -s ${url}/me`)

  return [
    'Ada logs in on her laptop and her phone, Ben on his tablet:',
    login('ada', 'analytical-engine', 'laptop'),
    login('ada', 'analytical-engine', 'phone'),
    login('ben', 'bristol-channel', 'tablet'),
    me('laptop'),
    'The phone logs out. Its token is refused, and the laptop stays logged in:',
    as('phone', `curl -s -X POST ${url}/logout`),
    me('phone'),
    me('laptop'),
    'The phone logs in again, then the laptop changes the password. Only the laptop stays logged in:',
    login('ada', 'analytical-engine', 'phone'),
    as('laptop', post('/password', { newPassword: 'difference-engine' })),
    me('phone'),
    me('laptop'),
    'The admin bans Ben, and counts the marks:',
    login('root', 'keys-to-the-house', 'desk'),
    as('desk', post('/admin/ban', { user: 'ben' })),
    me('tablet'),
    as('desk', `curl -s ${url}/admin/status`),
  ]
    .map((line) => (line.endsWith(':') ? `\n${line}` : `  ${line}`))
    .join('\n')
}
