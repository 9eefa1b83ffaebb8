import { statfsSync } from 'node:fs'

/**
 * The filesystems over a network, by their numbers on Linux. SQLite coordinates processes by locks
 * and by shared memory, and neither works there.
 */
const networkFilesystems: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x00c36400, 'Ceph'],
  [0x01021997, '9P'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x0bd00bd0, 'Lustre'],
  [0x19830326, 'BeeGFS'],
  [0x73757245, 'Coda'],
  [0x47504653, 'GPFS'],
])

/** Some of these are local and others are not: sshfs, s3fs, a folder of the host of a machine. */
const fuse = 0x65735546

/** What is to be done about the filesystem of a database. */
type FilesystemVerdict =
  | { readonly kind: 'local' }
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'network'; readonly name: string }

/** Returns the verdict over a path, by the number of its filesystem. */
export function judgeFilesystem(path: string, type: number | undefined): FilesystemVerdict {
  if (/^[\\/]{2}[^\\/?.]/.test(path)) return { kind: 'network', name: 'a network share' }
  // Node returns the number as a signed one on some machines.
  const number = type === undefined ? undefined : type >>> 0
  const name = number === undefined ? undefined : networkFilesystems.get(number)
  if (name !== undefined) return { kind: 'network', name }
  return number === fuse ? { kind: 'unknown', name: 'FUSE' } : { kind: 'local' }
}

/**
 * Refuses a folder on a network filesystem, and warns of one that may be on one.
 *
 * @throws Error for a network filesystem. It does not quote the path.
 */
export function assertLocal(folder: string, typeOf: (folder: string) => number | undefined = filesystemOf): void {
  const verdict = judgeFilesystem(folder, typeOf(folder))
  if (verdict.kind === 'network') {
    throw new Error(
      `The database is on a network filesystem (${verdict.name}), where locks and the shared memory of SQLite do not work: revocations would be lost. Put it on a local disk, or use a store on a server.`,
    )
  }
  if (verdict.kind === 'unknown') {
    process.emitWarning(
      `The database is on a ${verdict.name} filesystem. If that is one over a network, revocations can be lost: SQLite needs a local disk.`,
      { code: 'REVOKED_FILESYSTEM' },
    )
  }
}

/** Returns the number of a filesystem where it means something: on Linux. */
export function filesystemOf(folder: string): number | undefined {
  return process.platform === 'linux' ? statfsSync(folder).type : undefined
}
