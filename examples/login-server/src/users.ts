import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** The role of a user. */
type Role = 'user' | 'admin'

/**
 * An immutable record of a user. A change replaces it, so an identical object means that nothing
 * has changed.
 */
interface User {
  readonly name: string
  readonly role: Role
  readonly password: HashedPassword
  readonly isBanned: boolean
}

interface HashedPassword {
  readonly salt: Buffer
  readonly hash: Buffer
}

/** A substitute for a user database, in memory. */
export interface Users {
  find(name: string): User | undefined
  /** Returns the user if the password is right. */
  authenticate(name: string, password: string): Promise<User | undefined>
  setPassword(name: string, password: string): Promise<void>
  setBanned(name: string, isBanned: boolean): void
}

/** The users at the start of the server. */
const seeds = [
  { name: 'ada', role: 'user', password: 'analytical-engine' },
  { name: 'ben', role: 'user', password: 'bristol-channel' },
  { name: 'root', role: 'admin', password: 'keys-to-the-house' },
] as const

/** Creates the users of the example. */
export async function createUsers(): Promise<Users> {
  const users = new Map<string, User>()
  for (const { name, role, password } of seeds) {
    users.set(name, { name, role, password: await hashPassword(password), isBanned: false })
  }
  // A random password, so that an unknown name takes as long to refuse as a wrong password.
  const decoy = await hashPassword(randomBytes(16).toString('hex'))

  function update(name: string, change: Partial<User>): void {
    const user = users.get(name)
    if (user !== undefined) users.set(name, { ...user, ...change })
  }

  return {
    find: (name) => users.get(name),
    authenticate: async (name, password) => {
      const user = users.get(name)
      const isRight = await passwordMatches(password, user?.password ?? decoy)
      return isRight ? user : undefined
    },
    setPassword: async (name, password) => update(name, { password: await hashPassword(password) }),
    setBanned: (name, isBanned) => update(name, { isBanned }),
  }
}

const derive = promisify<string, Buffer, number, Buffer>(scrypt)

async function hashPassword(password: string): Promise<HashedPassword> {
  const salt = randomBytes(16)
  return { salt, hash: await derive(password, salt, 32) }
}

async function passwordMatches(password: string, { salt, hash }: HashedPassword): Promise<boolean> {
  return timingSafeEqual(await derive(password, salt, 32), hash)
}
