import { expect, test } from 'vitest'
import { assertLocal, judgeFilesystem } from '../../src/connection/filesystem.ts'

const nfs = 0x6969
const fuse = 0x65735546
const ext4 = 0xef53

test('refuses network filesystems, and names them', () => {
  expect(() => assertLocal('/srv/data', () => nfs)).toThrow(/network filesystem \(NFS\)/)
  expect(() => assertLocal('/srv/data', () => nfs)).not.toThrow(/srv/)
  expect(judgeFilesystem('\\\\server\\share', undefined).kind).toBe('network')
  expect(judgeFilesystem('//server/share', undefined).kind).toBe('network')
})

test('knows the number of CIFS, which Node may return as a signed one', () => {
  expect(judgeFilesystem('/srv/data', 0xff534d42 | 0)).toEqual({ kind: 'network', name: 'CIFS' })
})

test('accepts local filesystems', () => {
  expect(judgeFilesystem('/srv/data', ext4)).toEqual({ kind: 'local' })
  expect(judgeFilesystem('\\\\?\\C:\\data', undefined)).toEqual({ kind: 'local' })
})

test('warns of FUSE, which may be local or not', async () => {
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
  assertLocal('/srv/data', () => fuse)
  expect(await warned).toMatchObject({ code: 'REVOKED_FILESYSTEM' })
})
