import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runCommand } from '../fixtures/run-command.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const [, example = ''] = /^## A complete example$.*?^```yaml$\n(.*?)^```$/ms.exec(readme) ?? []
const cwd = mkdtempSync(join(tmpdir(), 'readme-'))
after(() => rmSync(cwd, { recursive: true }))

test("README's complete example is one that validate takes", async () => {
  writeFileSync(join(cwd, 'shop.yaml'), example)
  const { code, stdout, stderr } = await runCommand(['validate', 'shop.yaml'], { cwd })
  assert.deepEqual([code, stdout], [0, ''], stderr)
  assert.match(stderr, /checked 1 SecretProviderClass/)
})

test('what README shows of a mistake in it is what validate says', async () => {
  writeFileSync(join(cwd, 'shop.yaml'), example.replace('objectType:', 'objectTyp:'))
  const { code, stdout } = await runCommand(['validate', 'shop.yaml'], { cwd })
  assert.equal(code, 1)
  assert.ok(stdout !== '' && readme.includes(stdout), stdout)
})
