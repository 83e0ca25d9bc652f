import { basename, join } from 'node:path'
import type { BuildOptions, Plugin } from 'esbuild'
import { build } from 'esbuild'

export type TextName = 'main.cjs' | 'commands.cjs' | 'credentials.cjs' | 'sdk.cjs' | 'traces.cjs'

export type Bundle = {
  /** Evaluates the program. */
  readonly boot: string
  /**
   * CommonJS texts: the daemon (main.cjs), and what is loaded when it is needed; see src/commands/load-commands.ts,
   * src/commands/mount/load-shell-credentials.ts, src/aws/sdk/load-reader.ts and src/observe/traces/load-tracer.ts.
   */
  readonly texts: Readonly<Record<TextName, string>>
  /** Files of ours and of packages that got into the daemon's text, relative to the checkout. */
  readonly daemonInputs: readonly string[]
  /** Files of packages that got into any text, relative to the checkout. */
  readonly inputs: readonly string[]
}

/**
 * Bundles src/ and what it imports into texts that need nothing but Node's own modules. The same source and packages
 * give the same bytes, wherever the checkout lies.
 *
 * @throws at any warning of the bundler.
 */
export async function bundle(root: string): Promise<Bundle> {
  const main = await bundleOne(root, {
    entryPoints: ['src/main.ts'],
    alias: {
      ...stubs(root, 'proto-loader', 'thread-stream'),
      // The package's build of ES modules: what is not used of it, half of all, stays out.
      yaml: join(root, 'node_modules/yaml/browser/dist/index.js'),
    },
    plugins: [loadersFromExecutable(root), withoutGrpcClient(root)],
  })
  const commands = await bundleOne(root, {
    entryPoints: ['src/commands/shell-commands.ts'],
    alias: stubs(root, 'proto-loader'),
    plugins: [loadersFromExecutable(root)],
  })
  const credentials = await bundleOne(root, {
    entryPoints: ['src/commands/mount/shell-credentials.ts'],
    alias: stubs(root, 'proto-loader'),
  })
  const sdk = await bundleOne(root, {
    entryPoints: ['src/aws/sdk/reader.ts'],
    alias: stubs(root, 'credential-provider-node'),
  })
  const traces = await bundleOne(root, { entryPoints: ['src/observe/traces/create-tracer.ts'] })
  const boot = await bundleOne(root, {
    entryPoints: ['build/sea/boot.ts'],
    define: { builtins: JSON.stringify(main.builtins) },
  })
  return {
    boot: boot.text,
    texts: {
      'main.cjs': main.text,
      'commands.cjs': commands.text,
      'credentials.cjs': credentials.text,
      'sdk.cjs': sdk.text,
      'traces.cjs': traces.text,
    },
    daemonInputs: main.inputs,
    inputs: [...main.inputs, ...commands.inputs, ...credentials.inputs, ...sdk.inputs, ...traces.inputs],
  }
}

/** What the source loads by import() is read from inside the executable instead. */
function loadersFromExecutable(root: string): Plugin {
  return {
    name: 'loaders',
    setup(build) {
      build.onResolve({ filter: /\/load-(commands|shell-credentials|reader|tracer)\.ts$/ }, ({ path }) => ({
        path: join(root, 'build/sea', basename(path)),
      }))
    },
  }
}

/** Leaves the client of grpc-js out. */
function withoutGrpcClient(root: string): Plugin {
  return {
    name: 'no client of gRPC',
    setup(build) {
      // Not an alias: that would hold for the paths of the package's files as well.
      build.onResolve({ filter: /^@grpc\/grpc-js$/ }, () => ({
        path: join(root, 'build/stubs/grpc-server.ts'),
      }))
      build.onResolve({ filter: /^\.\/make-client$/ }, () => ({
        path: join(root, 'build/stubs/make-client.ts'),
      }))
    },
  }
}

const stubbed = {
  'proto-loader': '@grpc/proto-loader',
  'thread-stream': 'thread-stream',
  'credential-provider-node': '@aws-sdk/credential-provider-node',
}

function stubs(root: string, ...names: readonly (keyof typeof stubbed)[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [stubbed[name], join(root, 'build/stubs', `${name}.ts`)]))
}

interface Bundled {
  readonly text: string
  readonly inputs: readonly string[]
  /** Names of Node's modules that the text requires, in order. */
  readonly builtins: readonly string[]
}

async function bundleOne(root: string, options: BuildOptions): Promise<Bundled> {
  const { outputFiles, metafile, warnings } = await build({
    absWorkingDir: root,
    tsconfig: join(root, 'tsconfig.json'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    // The packages' module builds: without them half as much again.
    mainFields: ['module', 'main'],
    conditions: ['module'],
    // Names stay readable in stack traces; see docs/packaging.md for what that costs.
    minifyWhitespace: true,
    minifySyntax: true,
    minifyIdentifiers: false,
    // An uncaught error prints the line that it came from.
    lineLimit: 200,
    // An executable cannot import(), and needs not: all is inside.
    supported: { 'dynamic-import': false },
    legalComments: 'none',
    // One character above Latin-1 would double the text in memory: V8 keeps it as UTF-16 then. See insistOnAscii().
    charset: 'ascii',
    metafile: true,
    write: false,
    outfile: 'out.cjs',
    logLevel: 'warning',
    ...options,
  })
  if (warnings.length > 0) throw new Error(`The bundler gave ${warnings.length} warnings (above)`)
  const [file] = outputFiles ?? []
  const [output] = Object.values(metafile?.outputs ?? {})
  if (file === undefined || output === undefined) throw new Error('The bundler gave no output')
  insistOnAscii(file.text)
  const inputs = Object.entries(output.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path)
  const builtins = new Set(output.imports.filter(({ external }) => external).map(({ path }) => path))
  return { text: file.text, inputs, builtins: [...builtins].toSorted() }
}

/**
 * The executable reads its texts a byte a character. esbuild escapes what is beyond ASCII in strings, and leaves it as it
 * is in regular expressions, which would then match other characters: they must be written with escapes.
 *
 * @throws with the place.
 */
export function insistOnAscii(text: string): void {
  for (const [at, line] of text.split('\n').entries()) {
    const found = /[^\0-\x7f]/.exec(line)
    if (found === null) continue
    const around = line.slice(Math.max(0, found.index - 60), found.index + 60)
    throw new Error(`The bundle has a character beyond ASCII in line ${at + 1}: write it as \\u…: ${around}`)
  }
}
