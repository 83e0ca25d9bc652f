import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { version } from '../../src/process/version.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'makefile-'))
after(() => rmSync(folder, { recursive: true }))
const record = join(folder, 'record')

// Recorders in the place of docker, aws and kubectl. docker's registry answers as the test says.
for (const name of ['docker', 'aws', 'kubectl', 'helm']) {
  const body = `#!/bin/sh
if [ "$*" = 'buildx version' ]; then exit "\${BUILDX_EXIT-0}"; fi
echo "${name} $*" >>'${record}'
case "$*" in
  *imagetools*) echo "$REGISTRY_ANSWER" >&2; exit "$REGISTRY_EXIT" ;;
  *get-login-password*) echo password ;;
  'show chart'*) exit "$REGISTRY_EXIT" ;;
  *--password-stdin*|apply*) cat >>'${record}' ;;
esac
`
  writeFileSync(join(folder, name), body)
  chmodSync(join(folder, name), 0o755)
}

interface Run {
  readonly code: number | null
  readonly errors: string
  readonly output: string
  /** What the recorders were called with. */
  readonly calls: readonly string[]
}

function make(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Run {
  rmSync(record, { force: true })
  const { status, stderr, stdout } = spawnSync('make', ['--no-print-directory', ...words], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      // Without a level, and its input a socket, bash believes that rsh called and reads ~/.bashrc.
      SHLVL: '1',
      PATH: `${folder}:${process.env.PATH}`,
      REGISTRY_ANSWER: 'ERROR: registry/name:1.0.0: not found',
      REGISTRY_EXIT: '1',
      SOURCE_DATE_EPOCH: '0',
      ...environment,
    },
  })
  const calls = existsSync(record) ? readFileSync(record, 'utf8').trimEnd().split('\n') : []
  return { code: status, errors: stderr, output: stdout, calls }
}

const ecr = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/provider'

const targets = [
  {
    title: 'PRIVREPO of ECR: ecr, in REGION',
    environment: { PRIVREPO: ecr, REGION: 'eu-west-1' },
    login: 'aws --region eu-west-1 ecr get-login-password',
    registry: '111122223333.dkr.ecr.eu-west-1.amazonaws.com',
    repository: ecr,
  },
  {
    title: 'a public PRIVREPO: ecr-public, which answers in us-east-1 alone',
    environment: { PRIVREPO: 'public.ecr.aws/a1b2c3/provider', REGION: 'eu-west-1' },
    login: 'aws --region us-east-1 ecr-public get-login-password',
    registry: 'public.ecr.aws',
    repository: 'public.ecr.aws/a1b2c3/provider',
  },
]

for (const { title, environment, login, registry, repository } of targets) {
  test(`make -n says login, check, build and push, ${title}`, () => {
    const { code, output, calls } = make(['-n'], environment)
    assert.equal(code, 0)
    assert.deepEqual(calls, [], 'nothing runs')
    const places = [
      `${login} | docker login --username AWS --password-stdin ${registry}`,
      `scripts/refuse-published.sh ${repository}:${version}`,
      'docker buildx build --file Dockerfile.distroless',
      '--platform linux/amd64,linux/arm64',
      'push=true',
      `--tag ${repository}:latest --tag ${repository}:${version} --tag ${repository}:${version.split('.')[0]}`,
    ].map((part) => output.indexOf(part))
    assert.ok(!places.includes(-1), output)
    assert.deepEqual(
      places,
      places.toSorted((one, other) => one - other),
      'in this order',
    )
    assert.ok(!output.includes('/aws-secrets-manager/'), 'never to the official repository')
  })

  test(`make calls exactly these, ${title}`, () => {
    const { code, errors, calls } = make([], environment)
    assert.equal(code, 0, errors)
    const [first, second, password, inspect, build, ...more] = calls.toSorted(
      (one, other) => stage(one) - stage(other),
    )
    assert.deepEqual(more, [])
    assert.equal(first, login)
    assert.equal(second, `docker login --username AWS --password-stdin ${registry}`)
    assert.equal(password, 'password')
    assert.equal(inspect, `docker buildx imagetools inspect ${repository}:${version}`)
    assert.match(build ?? '', /^docker buildx build .*--tag .*:latest .* \.$/)
  })
}

/** Both ends of a pipe write at the same time. What stands last: -1 as an unsigned number. */
function stage(call: string): number {
  return (
    ['aws ', 'docker login', 'password', 'docker buildx imagetools'].findIndex((start) =>
      call.startsWith(start),
    ) >>> 0
  )
}

const refused = [
  {
    title: 'a version that is published',
    environment: { PRIVREPO: ecr, REGISTRY_EXIT: '0' },
    sentence: `make: ${ecr}:${version} is published already and is never overwritten; push under another name with VERSION=${version}-mine.1`,
  },
  {
    title: 'a registry that says neither yes nor no',
    environment: { PRIVREPO: ecr, REGISTRY_ANSWER: 'ERROR: 401 Unauthorized' },
    sentence: `make: cannot tell whether ${ecr}:${version} is published already: ERROR: 401 Unauthorized`,
  },
  {
    title: 'the official repository',
    environment: { PRIVREPO: 'public.ecr.aws/aws-secrets-manager/secrets-store-csi-driver-provider-aws' },
    sentence: "the official provider's repository; name one of your own",
  },
  { title: 'a name without registry', environment: { PRIVREPO: 'provider' }, sentence: 'names no registry' },
  { title: 'a tag in PRIVREPO', environment: { PRIVREPO: `${ecr}:1` }, sentence: 'without a tag' },
  { title: 'a URL', environment: { PRIVREPO: `https://${ecr}` }, sentence: 'without https://' },
  {
    title: 'a version that is no tag',
    environment: { PRIVREPO: ecr, VERSION: '1.0 beta' },
    sentence: 'no image tag',
  },
  {
    title: 'an architecture that is not built',
    environment: { PRIVREPO: ecr, PLATFORMS: 'linux/amd64,linux/s390x' },
    sentence: "make: PLATFORMS has 'linux/s390x'; the provider is built for linux/amd64 and linux/arm64",
  },
]

for (const { title, environment, sentence } of refused) {
  test(`make refuses ${title} with one sentence, and pushes nothing`, () => {
    const { code, errors, calls } = make([], environment)
    assert.notEqual(code, 0)
    const said = errors.split('\n').filter((line) => line !== '' && !line.startsWith('make: ***'))
    assert.equal(said.length, 1, errors)
    assert.ok(said[0]?.includes(sentence), said[0])
    assert.ok(!calls.some((call) => call.includes('buildx build')))
  })
}

for (const [title, environment] of [
  ['no PRIVREPO', {}],
  ['an empty PRIVREPO', { PRIVREPO: '' }],
] as const) {
  for (const target of ['all', 'docker-login', 'docker-unpublished', 'docker-push']) {
    test(`make ${target} with ${title} says what to set, and calls nothing`, () => {
      const { code, errors, calls } = make(target === 'all' ? [] : [target], environment)
      assert.equal(code, 2)
      assert.match(
        errors,
        /^make: PRIVREPO is not set; name the repository to push to, for example PRIVREPO=/,
      )
      assert.deepEqual(calls, [])
    })
  }
}

test('make chart-push pushes the packaged chart beside the image, once', () => {
  const name = 'secrets-store-csi-driver-provider-aws'
  const place = 'oci://111122223333.dkr.ecr.eu-west-1.amazonaws.com/charts'
  const environment = { PRIVREPO: ecr, REGION: 'eu-west-1', DRIVER_CHART: 'none' }
  const { code, errors, calls } = make(['chart-push'], environment)
  assert.equal(code, 0, errors)
  assert.deepEqual(calls.toSorted(), [
    'aws --region eu-west-1 ecr get-login-password',
    `helm package dist/chart/${name} --destination dist`,
    `helm push dist/${name}-${version}.tgz ${place}`,
    'helm registry login --username AWS --password-stdin 111122223333.dkr.ecr.eu-west-1.amazonaws.com',
    `helm show chart ${place}/${name} --version ${version}`,
    'password',
  ])
  const again = make(['chart-push'], { ...environment, REGISTRY_EXIT: '0' })
  assert.notEqual(again.code, 0)
  assert.match(again.errors, /has version .* already, and a version is never overwritten/)
  assert.ok(!again.calls.some((call) => call.startsWith('helm push')))
})

test('make chart-push without PRIVREPO says so and calls nothing', () => {
  const { code, errors, calls } = make(['chart-push'])
  assert.equal(code, 2)
  assert.match(errors, /PRIVREPO is not set; name the repository of the image/)
  assert.deepEqual(calls, [])
})

test('make install without PRIVREPO says so and applies nothing', () => {
  const { code, errors, calls } = make(['install'])
  assert.equal(code, 2)
  assert.match(errors, /PRIVREPO is not set; name the repository/)
  assert.deepEqual(calls, [])
})

/** A PATH with what a Makefile needs itself, and recorders of the names given. */
function barePath(t: TestContext, recorders: readonly string[]): string {
  const bare = mkdtempSync(join(folder, 'bare-'))
  t.after(() => rmSync(bare, { recursive: true }))
  for (const name of ['make', 'uname', 'find', 'bash', 'env', 'sed', 'git', 'mkdir']) {
    const { stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' })
    symlinkSync(stdout.trim(), join(bare, name))
  }
  for (const name of recorders) symlinkSync(join(folder, name), join(bare, name))
  return bare
}

const missing = [
  {
    words: [],
    has: [],
    says: ['make: aws is missing: install the AWS CLI', 'make: docker is missing: install Docker'],
  },
  { words: [], has: ['docker'], says: ['make: aws is missing'] },
  {
    words: [],
    has: ['docker', 'aws'],
    environment: { BUILDX_EXIT: '1' },
    says: ['make: docker buildx is missing: install the plugin docker-buildx-plugin'],
  },
  { words: [], has: ['aws'], environment: { DOCKER: 'podman' }, says: ['make: podman is missing'] },
  { words: ['image'], has: ['aws'], says: ['make image: docker is missing'] },
  { words: ['chart'], has: [], says: ['make chart: helm is missing: install Helm'] },
  {
    words: ['install'],
    has: [],
    says: [
      'make install: envsubst is missing: install gettext (Debian, Ubuntu: apt-get install gettext-base)',
      'make install: kubectl is missing',
    ],
  },
]

for (const { words, has, environment, says } of missing) {
  const title = says.map((line) => line.split(':')[1]?.trim()).join(' and ')
  test(`${['make', ...words].join(' ')}: ${title}, with what to install, and nothing begins`, (t) => {
    const { code, errors, calls } = make(words, { PRIVREPO: ecr, PATH: barePath(t, has), ...environment })
    assert.equal(code, 2)
    const said = errors.split('\n').filter((line) => line !== '' && !line.startsWith('make: ***'))
    assert.equal(said.length, says.length, errors)
    for (const [at, start] of says.entries()) assert.ok(said[at]?.startsWith(start), errors)
    assert.deepEqual(calls, [])
  })
}

test('make install fills PRIVREPO in, and leaves no other variable open', (t) => {
  if (spawnSync('envsubst', ['--version']).error !== undefined)
    return t.skip('skipped: envsubst is missing: install gettext-base')
  const { code, errors, calls } = make(['install'], { PRIVREPO: ecr })
  assert.equal(code, 0, errors)
  assert.equal(calls[0], 'kubectl apply -f -')
  const applied = calls.slice(1).join('\n')
  assert.ok(applied.includes(`image: "${ecr}:latest"`))
  assert.ok(!applied.replaceAll(/^#.*$/gm, '').includes('$'))
})

test('make image pushes nothing', () => {
  const { code, calls } = make(['image', `PRIVREPO=${ecr}`])
  assert.equal(code, 0)
  assert.equal(calls.length, 1)
  assert.ok(calls[0]?.includes('type=oci,dest=dist/image.tar') && !calls[0].includes('push'))
})

test('make help names every target that users know', () => {
  const { output } = make(['help'])
  for (const name of ['all', 'image', 'chart', 'test', 'e2e', 'bench', 'demo']) {
    assert.match(output, new RegExp(`^  make ${name} `, 'm'))
  }
})

test('make help lines up, fits 80 columns, and names every variable', () => {
  const lines = make(['help']).output.split('\n')
  const targets = lines.filter((line) => line.startsWith('  make '))
  assert.deepEqual(new Set(targets.map((line) => line.search(/(?<= {2,}make \S+ +)\S/))), new Set([20]))
  const variables = lines.filter((line) => /^ {2}[A-Z]/.test(line))
  assert.deepEqual(new Set(variables.map((line) => line.search(/(?<= {2,})[a-z]/))), new Set([16]))
  for (const name of [
    'PRIVREPO',
    'REGION',
    'VERSION',
    'PLATFORMS',
    'BUILDER',
    'BASE',
    'DOCKER',
    'HELM',
    'FILES',
  ]) {
    assert.ok(
      variables.some((line) => line.split(/ {2,}/)[1]?.split(' ').includes(name)),
      name,
    )
  }
  assert.deepEqual(
    lines.filter((line) => line.length > 80),
    [],
  )
})
