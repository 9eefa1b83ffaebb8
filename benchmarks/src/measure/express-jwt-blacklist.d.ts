declare module 'express-jwt-blacklist' {
  interface Blacklist {
    configure(options: {
      store: { type: 'memory' } | { type: 'redis'; client: object }
      tokenId: string
      indexBy: string
    }): void
    revoke(user: { jti: string; iat: number }, lifetime: number, callback?: (error: Error | null) => void): void
    isRevoked(request: undefined, user: object, callback: (error: Error | null, isRevoked: boolean) => void): void
  }
  const blacklist: Blacklist
  export = blacklist
}
