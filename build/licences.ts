import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The licences of everything inside the executable: each package with code in the bundle, and Node.
 * @throws for a package without a licence text or with a licence that nobody here has agreed to.
 */
export async function licences(root: string, inputs: readonly string[], nodeFolder: string): Promise<string> {
  const folders = [...new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined))].sort()
  const parts = await Promise.all(folders.map((folder) => packageLicence(root, folder)))
  const node = `Node.js\n\n${await readFile(join(nodeFolder, 'LICENSE'), 'utf8')}`
  const line = `\n${'-'.repeat(80)}\n\n`
  return ['This executable contains the following software.\n', ...parts, node].join(line)
}

const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT']

/**
 * Packages that leave their text out, and where it stands: in one of the same repository, in a plain
 * copy of the same licence, or in the comment at the head of a source file.
 */
const textFrom: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk/credential-provider-http': ['@aws-sdk/core/LICENSE'],
  '@aws-sdk/credential-provider-login': ['@aws-sdk/core/LICENSE'],
  '@aws-sdk/nested-clients': ['@aws-sdk/core/LICENSE'],
  '@bufbuild/protobuf': ['@grpc/grpc-js/LICENSE', '@bufbuild/protobuf/dist/esm/wire/varint.js'],
}

/** node_modules/a/node_modules/@b/c/dist/x.js → node_modules/a/node_modules/@b/c */
function packageFolder(input: string): string | undefined {
  return /^(.*\/)?node_modules\/(@[^/]+\/)?[^/]+/.exec(input)?.[0]
}

async function packageLicence(root: string, folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'))
  if (!isAllowed(license)) {
    throw new Error(`${name} ${version} has the licence ${license}; agreed are ${allowed.join(', ')}`)
  }
  const files =
    textFrom[name]?.map((file) => join(root, 'node_modules', file)) ?? (await ownTexts(join(root, folder)))
  if (files.length === 0) throw new Error(`${name} ${version} (${license}) brings no licence text`)
  const texts = await Promise.all(files.map(licenceText))
  return [`${name} ${version} (${license})\n`, ...texts].join('\n')
}

/** An expression of several licences that all apply, or one. */
function isAllowed(license: unknown): boolean {
  const all = String(license)
    .replace(/^\(|\)$/g, '')
    .split(' AND ')
  return all.every((one) => allowed.includes(one))
}

async function ownTexts(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
  return files.sort().map((file) => join(folder, file))
}

async function licenceText(file: string): Promise<string> {
  const text = await readFile(file, 'utf8')
  if (!file.endsWith('.js')) return text
  const [comment = ''] = /^(\/\/.*\n)+/.exec(text) ?? []
  if (!/copyright/i.test(comment)) throw new Error(`No licence at the head of ${file}`)
  return comment.replace(/^\/\/ ?/gm, '')
}
