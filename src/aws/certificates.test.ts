import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { rootCertificates } from 'node:tls'
import { readCaFiles } from './certificates.ts'

const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
after(() => rmSync(folder, { recursive: true }))

const [one = '', other = ''] = rootCertificates
const broken = one.replace(/^MII/m, 'AAA')

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

test('readCaFiles() gives the text of each file, comments between certificates included', () => {
  const text = `# of our proxy\n${one}\n# of our endpoint\n${other}\n`
  assert.deepEqual(readCaFiles([file('good.pem', text)]), [text])
})

const refused: readonly [sentence: string, text: string, reason: RegExp][] = [
  ['an empty file', '', /it holds no certificate/],
  ['a file of something else', 'hello', /it holds no certificate/],
  ['a key', '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----', /it holds no certificate/],
  ['a certificate that is cut', one.slice(0, one.length / 2), /it holds no certificate/],
  ['a certificate that is broken', `${one}\n${broken}`, /its certificate 2 of 2 cannot be read/],
]
for (const [sentence, text, reason] of refused) {
  test(`readCaFiles() refuses ${sentence}`, () => {
    assert.throws(() => readCaFiles([file('bad.pem', text)]), { code: 'SETTING_INVALID', message: reason })
  })
}

test('readCaFiles() refuses a file that is missing', () => {
  assert.throws(() => readCaFiles([join(folder, 'missing.pem')]), {
    code: 'SETTING_INVALID',
    message: /ENOENT/,
  })
})
