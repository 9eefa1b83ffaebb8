import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
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
  names(): readonly string[]
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

/**
 * Creates the users of the example.
 *
 * @param cost - The parameter N of scrypt, a power of two. Less than the default is for tests.
 */
export async function createUsers(cost = 16_384): Promise<Users> {
  const { hashPassword, passwordMatches } = createHasher(cost)
  const seeded = seeds.map(async ({ name, role, password }): Promise<[string, User]> => {
    return [name, { name, role, password: await hashPassword(password), isBanned: false }]
  })
  const users = new Map(await Promise.all(seeded))
  // A random password, so that an unknown name takes as long to refuse as a wrong password.
  const decoy = await hashPassword(randomBytes(16).toString('hex'))

  function update(name: string, change: Partial<User>): void {
    const user = users.get(name)
    if (user !== undefined) users.set(name, { ...user, ...change })
  }

  return {
    names: () => [...users.keys()],
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

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

/** Hashes and compares passwords, with as much work as the cost says. */
interface Hasher {
  readonly hashPassword: (password: string) => Promise<HashedPassword>
  readonly passwordMatches: (password: string, hashed: HashedPassword) => Promise<boolean>
}

function createHasher(cost: number): Hasher {
  const hash = (password: string, salt: Buffer): Promise<Buffer> => derive(password, salt, 32, { cost })
  return {
    hashPassword: async (password) => {
      const salt = randomBytes(16)
      return { salt, hash: await hash(password, salt) }
    },
    passwordMatches: async (password, hashed) => timingSafeEqual(await hash(password, hashed.salt), hashed.hash),
  }
}
