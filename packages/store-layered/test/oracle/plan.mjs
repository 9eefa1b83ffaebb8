/** Ms of the clock that all processes of this machine share. */
export function now() {
  return Number(process.hrtime.bigint()) / 1e6
}

export function tokenKey(token) {
  return { scope: 'jti', value: `${token}` }
}
