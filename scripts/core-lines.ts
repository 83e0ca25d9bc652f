import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * node scripts/core-lines.ts
 * Counts the lines of the core, folder by folder: what a mount runs through, without tests and generated code. The
 * folders are those of the first table in docs/architecture.md, "Folders".
 */
const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
const core = page.slice(page.indexOf('## Folders'), page.indexOf('Around it, and imported by nothing in it'))
const folders = [...core.matchAll(/^\| `src\/([a-z-]+)\/` \|/gm)].map(([, name = '']) => name)
if (folders.length === 0) throw new Error('docs/architecture.md names no folder of the core')

let total = 0
for (const folder of folders) {
  const files = globSync(`src/${folder}/**/*.ts`, { cwd: root }).filter(
    (file) => !file.endsWith('.test.ts') && !file.includes('/proto/'),
  )
  const lines = files.reduce(
    (sum, file) => sum + readFileSync(join(root, file), 'utf8').split('\n').length - 1,
    0,
  )
  total += lines
  process.stdout.write(
    `${folder.padEnd(12)} ${String(files.length).padStart(3)} files ${String(lines).padStart(6)} lines\n`,
  )
}
process.stdout.write(`${'core'.padEnd(22)} ${String(total).padStart(6)} lines\n`)
