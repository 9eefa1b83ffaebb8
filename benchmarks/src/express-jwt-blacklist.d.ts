declare module 'express-jwt-blacklist' {
  interface Blacklist {
    configure(options: { store: { type: 'memory' }; tokenId: string; indexBy: string }): void
    revoke(user: { jti: string; iat: number }, lifetime: number): void
    isRevoked(request: undefined, user: object, callback: (error: Error | null, isRevoked: boolean) => void): void
  }
  const blacklist: Blacklist
  export = blacklist
}
