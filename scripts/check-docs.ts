import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { createScreen } from '../src/commands/screen.ts'
import { createProgram } from '../src/commands/shell-commands.ts'
import {
  expandKeysFields,
  failoverFields,
  filterFields,
  partFields,
} from '../src/plan/fields/nested-fields.ts'
import { jmesPathFields, objectFields } from '../src/plan/objects/object-fields.ts'
import { parameterFields } from '../src/request/parameter-fields.ts'
import { serveFlags } from '../src/settings/serve-flags.ts'
import {
  type DocumentedCommand,
  missingNames,
  type NamedSection,
  optionProblems,
} from './docs/check-interface.ts'
import { headingAnchors, type Mention, readMarkdown } from './docs/read-markdown.ts'

/**
 * node scripts/check-docs.ts [folder]
 * Says what the documentation names and the tree does not have: relative links and their anchors, paths, make
 * targets, npm scripts, flags, variables or codes in capitals, and names in camel case; pages that no other
 * links to; flags that no page names; parameters and fields that their section does not name; and options of commands
 * that are not named, or not there. Ends with 1 when there is any.
 */
export function checkDocs(root: string, interfaceNames: readonly string[] = []): readonly string[] {
  const texts = new Map(pages(root).map((page) => [page, readFileSync(join(root, page), 'utf8')]))
  const known = knownNames(root)
  const problems = [...texts].flatMap(([page, text]) => {
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
  const all = [...texts.values()].join('\n')
  const unnamed = interfaceNames.filter((name) => !all.includes(name))
  return [...problems, ...orphans(texts), ...unnamed.map((name) => `docs/: no page names ${name}`)]
}

/** Pages in docs/ that no other page links to: nobody would find them. */
function orphans(texts: ReadonlyMap<string, string>): readonly string[] {
  const linked = new Set(
    [...texts].flatMap(([page, text]) =>
      readMarkdown(text).links.flatMap(({ text: target }) => {
        const [path = ''] = target.split('#', 1)
        const found = join(dirname(page), path)
        return path === '' || found === page ? [] : [found]
      }),
    ),
  )
  return [...texts.keys()]
    .filter((page) => page.startsWith('docs/') && !linked.has(page))
    .map((page) => `${page}:1: no page links to this one`)
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

/** Paths of ours, flags, names in capitals such as error codes and variables, names of code in camel case. */
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
    /^([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?:=.*)?$/.exec(code)?.[1] ??
    /^([A-Za-z]*[a-z][A-Z]\w*)(?:\(.*\))?$/.exec(code)?.[1]
  if (name === undefined || namesOfOthers.has(name) || known.code.includes(name)) return undefined
  return `\`${code}\` occurs nowhere in the code`
}

/** Names of Kubernetes, the driver, Node and the SDK that the pages explain and no code of ours uses. */
const namesOfOthers = new Set([
  'AsyncLocalStorage',
  'SecretProviderClassPodStatus',
  'connectionTimeout',
  'rotationPollInterval',
  'subPath',
  'useCodeCache',
])

/** `make demo` and `npm run lint`, also in blocks of commands. */
function commandProblem({ scripts, targets }: KnownNames, command: string): string | undefined {
  const target = /^make ([a-z][\w-]*)/.exec(command)?.[1]
  if (target !== undefined && !targets.has(target)) return `there is no make target ${target}`
  const script = /^npm run ([\w:-]+)/.exec(command)?.[1]
  return script === undefined || scripts.has(script) ? undefined : `there is no npm script ${script}`
}

/** Flags of the daemon: whatever people may write must be explained somewhere. */
function serveFlagNames(): readonly string[] {
  return serveFlags.map(({ name }) => (name.length > 1 ? `--${name}` : `-${name}`))
}

const reference = 'docs/secretproviderclass.md'

/** Parameters and fields of a class, each table where it is explained. */
const fieldSections: readonly NamedSection[] = Object.entries({
  Parameters: parameterFields,
  Objects: objectFields,
  jmesPath: jmesPathFields,
  expandKeys: expandKeysFields,
  'Secrets by query': filterFields,
  'Composed files': partFields,
  failoverObject: failoverFields,
}).map(([heading, fields]) => ({ page: reference, heading, names: Object.keys(fields) }))

/** The commands of the shell, as they are built. */
function shellCommands(): readonly DocumentedCommand[] {
  const screen = createScreen({})
  const { commands } = createProgram({ environment: {}, screen, finish() {} })
  return commands
    .filter((command) => command.name() !== 'serve')
    .map((command) => ({
      name: command.name(),
      options: command.options.flatMap(({ long }) => long ?? []),
      ...(command.name() === 'doctor'
        ? { page: 'docs/doctor.md' }
        : { page: 'docs/commands.md', heading: command.name() }),
    }))
}

if (import.meta.main) {
  const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'))
  const texts = new Map(pages(root).map((page) => [page, readFileSync(join(root, page), 'utf8')]))
  const problems = [
    ...checkDocs(root, serveFlagNames()),
    ...missingNames(texts, fieldSections),
    ...optionProblems(texts, shellCommands(), 'docs/commands.md'),
  ]
  for (const problem of problems) process.stdout.write(`${problem}\n`)
  process.stderr.write(`check-docs: ${pages(root).length} pages, ${problems.length} problems\n`)
  process.exitCode = problems.length > 0 ? 1 : 0
}
