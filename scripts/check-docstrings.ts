import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * node scripts/check-docstrings.ts
 * Names the exported functions, types and values of src/ that have no sentence above them, and docstrings that tell
 * errors in another way than by `@throws`, or nothing else. Ends with 1 when there is any.
 */
export function missingDocstrings(source: string): readonly string[] {
  const lines = source.split('\n')
  return lines.flatMap((line, index) => {
    const [, name] = /^export (?:async )?(?:function|class|const|interface|type) (\w+)/.exec(line) ?? []
    return name === undefined || lines[index - 1]?.trimEnd().endsWith('*/') === true ? [] : [name]
  })
}

/** First words of docstrings that do not tell errors as all others do. */
export function untaggedErrors(source: string): readonly string[] {
  return Array.from(source.matchAll(/\/\*\*[\s*]*((?:(?!\*\/)[\s\S])*)\*\//g), ([, text = '']) => text)
    .filter(
      (text) =>
        text.startsWith('@throws') || /(?<![\w@])(?:Throws|Rejects with|Rejects only with) /.test(text),
    )
    .map((text) => text.slice(0, 60).replaceAll(/\s+/g, ' '))
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
  const untagged = files.flatMap((file) =>
    untaggedErrors(readFileSync(join(root, file), 'utf8')).map((words) => `${file}: ${words}`),
  )
  for (const each of untagged)
    process.stdout.write(`${each}…: errors are told by @throws, below a sentence\n`)
  process.stderr.write(
    `check-docstrings: ${files.length} files, ${missing.length} exports without a sentence, ${untagged.length} without @throws\n`,
  )
  process.exitCode = missing.length + untagged.length > 0 ? 1 : 0
}
