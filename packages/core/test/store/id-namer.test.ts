import { createRevocation, type Key, type KeyedMark, mergeMarks, type RevocationStore } from '@revoked/core'
import { createFamilies } from '@revoked/core/families'
import { describe, expect, test } from 'vitest'

/** A store that names ids by another name, as one that hashes them does, and what it holds. */
function renamingStore() {
  const held = new Map<string, KeyedMark>()
  const nameOf = ({ scope, value }: Key): string => `${scope} ${value}`
  const store: RevocationStore & { readonly logKey: (key: Key) => Key } = {
    logKey: ({ scope, value }) => ({ scope, value: [...value].reverse().join('') }),
    record: async (marks) =>
      marks.map(({ key, mark }) => {
        const before = held.get(nameOf(key))
        held.set(nameOf(key), { key, mark: before === undefined ? mark : mergeMarks(before.mark, mark) })
        return before === undefined
      }),
    find: async (keys) => keys.flatMap((key) => held.get(nameOf(key)) ?? []),
    forget: async () => {},
    agree: async (settings) => ({ ...settings, now: Date.now() }),
  }
  return { revocation: createRevocation({ store, maxTokenLifetime: '1h' }), marks: () => [...held.values()] }
}

function claimsOf(fields: object): { readonly sub: string; readonly iat: number; readonly exp: number } {
  const iat = Math.floor(Date.now() / 1_000) - 60
  return { sub: 'ada', iat, exp: iat + 600, ...fields }
}

describe('over a store with other names for ids', () => {
  test.each([
    ['session', { sid: 'phone', jti: 'a' }, { sid: 'laptop', jti: 'b' }, 'sid:enohp'],
    ['token', { jti: 'token' }, { jti: 'other' }, 'jti:nekot'],
  ])('an exempt %s is stored by its name, and passes', async (_, exempt, other, name) => {
    const { revocation, marks } = renamingStore()
    await revocation.revoke({ subject: 'ada' }, { except: claimsOf(exempt) })
    expect(Object.keys(marks()[0]?.mark.exemptions ?? {})).toEqual([name])
    expect(await revocation.check(claimsOf(exempt))).toMatchObject({ status: 'active' })
    expect(await revocation.check(claimsOf(other))).toMatchObject({ status: 'revoked' })
    // The name is no id.
    expect(await revocation.check(claimsOf({ ...exempt, ...nameAsId(name) }))).toMatchObject({ status: 'revoked' })
  })

  test('a token that spent a generation is recorded by its name', async () => {
    const { revocation } = renamingStore()
    const families = createFamilies(revocation)
    await families.spend('login', { generation: 1, tokenId: 'token' })
    const record = await families.find('login')
    expect(record?.tokenIds).toEqual(['nekot'])
    expect(families.nameOf('token')).toBe('nekot')
    if (record !== undefined) await families.contest('login', record)
    expect(await families.find('login')).toMatchObject({ tokenIds: ['nekot'], contested: 1 })
  })
})

function nameAsId(name: string): object {
  const [scope = '', id] = name.split(':')
  return { [scope]: id }
}
