import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { kubectl } from '../cluster/kubectl.ts'

const folder = new URL('../../../deployment/', import.meta.url)
const files = ['.', 'optional', 'policies', 'examples'].flatMap((part) =>
  readdirSync(new URL(`${part}/`, folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => `${part}/${file}`),
)

for (const file of files) {
  test(`the API server takes ${file}`, async () => {
    const text = readFileSync(new URL(file, folder), 'utf8').replaceAll(
      /\$\{PRIVREPO\}/g,
      'registry.test/provider',
    )
    await kubectl(['apply', '--dry-run=server', '-f', '-'], text)
  })
}
