import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { headingAnchors, type Mention, readMarkdown } from './docs/read-markdown.ts'

/**
 * node scripts/check-docs.ts [folder]
 * Says what the documentation names and the tree does not have: relative links and their anchors, paths, make
 * targets, npm scripts, flags, and variables or codes in capitals. Ends with 1 when there is any.
 */
export function checkDocs(root: string): readonly string[] {
  const texts = new Map(pages(root).map((page) => [page, readFileSync(join(root, page), 'utf8')]))
  const known = knownNames(root)
  return [...texts].flatMap(([page, text]) => {
    const { links, codes, commands } = readMarkdown(text)
    return [
      ...links.map((link) => [link, linkProblem(root, page, text, link.text)] as const),
      ...codes.map((code) => [code, codeProblem(root, known, code.text)] as const),
      ...commands.map((command) => [command, commandProblem(known, command.text)] as const),
    ]
      .filter((found): found is readonly [Mention, string] => found[1] !== undefined)
      .toSorted(([a], [b]) => a.line - b.line)
      .map(([{ line }, problem]) => `${page}:${line}: ${problem}`)
  })
}

function pages(root: string): readonly string[] {
  const found = globSync(['*.md', 'docs/**/*.md', 'deployment/**/*.md', 'test/**/*.md'], { cwd: root })
  return found.filter((page) => !page.includes('node_modules')).toSorted()
}

function linkProblem(root: string, page: string, ownText: string, target: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return undefined
  const [path = '', anchor] = target.split('#', 2)
  const file = path === '' ? join(root, page) : resolve(root, dirname(page), decodeURIComponent(path))
  if (relative(root, file).startsWith('..')) return `link ${target} leads out of the project`
  if (!existsSync(file)) return `link ${target} leads to nothing`
  if (anchor === undefined || !file.endsWith('.md')) return undefined
  const anchors = headingAnchors(path === '' ? ownText : readFileSync(file, 'utf8'))
  return anchors.has(anchor) ? undefined : `link ${target}: there is no heading #${anchor}`
}

interface KnownNames {
  /** All text of code, manifests and workflows, in which flags and variables must occur. */
  readonly code: string
  readonly scripts: ReadonlySet<string>
  readonly targets: ReadonlySet<string>
}

function knownNames(root: string): KnownNames {
  const files = globSync(
    ['{src,build,scripts,test,deployment,.ci}/**/*', 'package.json', 'Makefile', '*.mk', 'Dockerfile*'],
    { cwd: root, withFileTypes: true },
  )
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name))
  const makefiles = files.filter((file) => /(^|\/)(Makefile|[^/]+\.mk)$/.test(file))
  const { scripts = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return {
    code: files.map((file) => readFileSync(file, 'latin1')).join('\n'),
    scripts: new Set(Object.keys(scripts)),
    targets: new Set(makefiles.flatMap((file) => makeTargets(readFileSync(file, 'utf8')))),
  }
}

function makeTargets(makefile: string): readonly string[] {
  return [...makefile.matchAll(/^([a-z][\w-]*):(?!=)/gm)].map(([, name = '']) => name)
}

/** Paths of ours, flags, and names in capitals such as error codes and variables. */
function codeProblem(root: string, known: KnownNames, code: string): string | undefined {
  const path = /^(?:src|build|scripts|test|deployment|docs|\.ci)\/[\w./*{},@-]*$/.exec(code)?.[0]
  if (path !== undefined) {
    const found = path.includes('*') ? globSync(path, { cwd: root }).length > 0 : existsSync(join(root, path))
    return found ? undefined : `there is no ${path}`
  }
  const command = commandProblem(known, code)
  if (command !== undefined) return command
  const name =
    /^--?([a-z][a-z0-9-]+)(?:[= ].*)?$/.exec(code)?.[1] ??
    /^([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?:=.*)?$/.exec(code)?.[1]
  if (name === undefined || known.code.includes(name)) return undefined
  return `\`${code}\` occurs nowhere in the code`
}

/** `make demo` and `npm run lint`, also in blocks of commands. */
function commandProblem({ scripts, targets }: KnownNames, command: string): string | undefined {
  const target = /^make ([a-z][\w-]*)/.exec(command)?.[1]
  if (target !== undefined && !targets.has(target)) return `there is no make target ${target}`
  const script = /^npm run ([\w:-]+)/.exec(command)?.[1]
  return script === undefined || scripts.has(script) ? undefined : `there is no npm script ${script}`
}

if (import.meta.main) {
  const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'))
  const problems = checkDocs(root)
  for (const problem of problems) process.stdout.write(`${problem}\n`)
  process.stderr.write(`check-docs: ${pages(root).length} pages, ${problems.length} problems\n`)
  process.exitCode = problems.length > 0 ? 1 : 0
}
