import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * node scripts/check-docstrings.ts
 * Names the exported functions, types and values of src/ that have no sentence above them. Ends with 1 when there is any.
 */
export function missingDocstrings(source: string): readonly string[] {
  const lines = source.split('\n')
  return lines.flatMap((line, index) => {
    const [, name] = /^export (?:async )?(?:function|class|const|interface|type) (\w+)/.exec(line) ?? []
    return name === undefined || lines[index - 1]?.trimEnd().endsWith('*/') === true ? [] : [name]
  })
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  const files = globSync('src/**/*.ts', { cwd: root })
    .filter((file) => !/\.test\.ts$|\.d\.ts$|\/proto\//.test(file))
    .toSorted()
  const missing = files.flatMap((file) =>
    missingDocstrings(readFileSync(join(root, file), 'utf8')).map((name) => `${file}: ${name}`),
  )
  for (const each of missing) process.stdout.write(`${each} has no docstring\n`)
  process.stderr.write(
    `check-docstrings: ${files.length} files, ${missing.length} exports without a sentence\n`,
  )
  process.exitCode = missing.length > 0 ? 1 : 0
}
