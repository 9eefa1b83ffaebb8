/** Returns the claims of a token that was issued a minute ago. */
export function someClaims({ sub = 'alice', sid = 'laptop', jti = 'a1' } = {}) {
  const iat = Math.floor(Date.now() / 1_000) - 60
  return { sub, sid, jti, iat, exp: iat + 900 }
}
