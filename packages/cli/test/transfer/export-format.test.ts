import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import {
  type ExportedMark,
  endLine,
  headerLine,
  markLine,
  readHeader,
  readLine,
} from '../../src/transfer/export-format.ts'
import { linesOf } from '../../src/transfer/lines-of.ts'
import { digestProblem, issuerProblem, type Naming } from '../../src/transfer/naming.ts'

const plain: Naming = { short: 'sample', odd: '#odd', logs: 1, spread: [0, 0] }

describe('an export', () => {
  test('reads as it was written, whatever its ids contain', () => {
    const line: ExportedMark = {
      log: 2,
      scope: 'https://example/claim',
      value: 'a\u2028b\nc"\ud800\u0000',
      isDigest: true,
      digestIds: ['sid:#x'],
      mark: { cutoff: Infinity, expiresAt: 5, exemptions: { 'sid:#x': -Infinity, __proto__x: 3 }, reason: 'r' },
    }
    expect(readLine(markLine(line), 2)).toEqual(line)
    const small = {
      log: 0,
      scope: 'sub',
      value: 'ada',
      isDigest: false,
      digestIds: [],
      mark: { cutoff: 1, expiresAt: 5 },
    }
    expect(markLine(small)).toBe('{"scope":"sub","value":"ada","mark":[1,1,5]}')
    expect(readLine(endLine({ marks: 7, digests: 1 }), 9)).toEqual({ marks: 7, digests: 1 })
  })

  test('says in its first line which store it is of', () => {
    const settings = { maxTokenLifetime: 60_000, clockTolerance: 0, claims: ['client_id'], unscopedAt: 9 }
    const header = { id: 'x', exportedAt: 1_000, naming: plain, settings }
    expect(readHeader(headerLine(header))).toEqual(header)
    expect(readHeader(headerLine({ ...header, settings: undefined })).settings).toBeUndefined()
  })

  test('that is none or damaged is refused without quoting it', () => {
    for (const line of [
      undefined,
      '',
      'ada@example',
      '{"format":"other"}',
      '[]',
      '{"format":"revoked-marks","version":2}',
    ])
      expect(() => readHeader(line)).toThrow(/export/)
    for (const line of ['ada@example', '{}', '{"scope":"sub","value":"ada","mark":[9]}', '{"scope":"sub"}'])
      expect(() => readLine(line, 12)).toThrow(/^Line 12 of the export is damaged(?!.*ada)/)
  })

  test('is cut into lines at line feeds alone, and characters are not cut', async () => {
    const bytes = Buffer.from('é\u2028a\nb\n\nlast€')
    const lines: string[] = []
    for await (const line of linesOf(Readable.from(Array.from(bytes, (byte) => Buffer.from([byte]))))) lines.push(line)
    expect(lines).toEqual(['é\u2028a', 'b', '', 'last€'])
  })
})

describe('digests', () => {
  test('move between stores that name and spread keys alike, and into a single log', () => {
    const hashed: Naming = { short: '#short', odd: '#odd', logs: 4, spread: [1, 3] }
    expect(digestProblem(hashed, hashed)).toBeUndefined()
    expect(digestProblem(hashed, { ...hashed, logs: 1, spread: [0, 0] })).toBeUndefined()
    // Only odd values are digests in a store without hashIds, and hashIds makes the same ones.
    expect(digestProblem(plain, { ...plain, short: '#short' })).toBeUndefined()
  })

  test('are refused by the option that differs', () => {
    const hashed: Naming = { short: '#short', odd: '#odd', logs: 4, spread: [1, 3] }
    expect(digestProblem(hashed, plain)).toMatch(/option hashIds is true in the export and false/)
    expect(digestProblem(hashed, { ...hashed, logs: 2 })).toMatch(/option partitions is 4 in the export and 2/)
    expect(digestProblem(hashed, { ...hashed, spread: [1, 2] })).toMatch(/partitions/)
    expect(digestProblem(hashed, { ...hashed, short: '#sha256:s', odd: '#sha256:o' })).toMatch(/in another way/)
  })

  test('and ids are refused if services name keys with the issuer in one store only', () => {
    const settings = { maxTokenLifetime: 1, clockTolerance: 0, claims: [] }
    const [scoped, unscoped] = [
      { ...settings, scopedAt: 5 },
      { ...settings, unscopedAt: 5 },
    ]
    expect(issuerProblem(scoped, unscoped)).toMatch(/option issuer differs/)
    expect(issuerProblem(scoped, scoped)).toBeUndefined()
    expect(issuerProblem(scoped, settings)).toBeUndefined()
  })
})
