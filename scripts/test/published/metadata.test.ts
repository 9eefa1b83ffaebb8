import { expect, test } from 'vitest'
import { publishedPackages } from '../support/published-packages.ts'

test('the conformance suites are published', () => {
  expect(publishedPackages.map(({ folder }) => folder)).toContain('conformance')
})

test.each(publishedPackages)('$folder names its home, its repository and where to report bugs', (published) => {
  const { folder, manifest } = published
  expect(manifest).toMatchObject({
    name: `@revoked/${folder}`,
    description: expect.stringMatching(/^[A-Z].+\.$/),
    license: 'MIT',
    homepage: `https://revoked.example/packages/${folder}`,
    bugs: 'https://revoked.example/issues',
    repository: { type: 'git', url: 'git+https://revoked.example/revoked.git', directory: `packages/${folder}` },
    publishConfig: { access: 'public', provenance: true },
    engines: { node: '>=20.19' },
    sideEffects: false,
    type: 'module',
  })
})
