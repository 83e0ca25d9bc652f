import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { version } from '../../src/process/version.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'makefile-'))
after(() => rmSync(folder, { recursive: true }))
const record = join(folder, 'record')

// Recorders in the place of docker, aws and kubectl. docker's registry answers as the test says.
for (const name of ['docker', 'aws', 'kubectl']) {
  const body = `#!/bin/sh
echo "${name} $*" >>'${record}'
case "$*" in
  *imagetools*) echo "$REGISTRY_ANSWER" >&2; exit "$REGISTRY_EXIT" ;;
  *get-login-password*) echo password ;;
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
const ours = 'public.ecr.aws/secrets-store-csi-driver-provider-aws-node/secrets-store-csi-driver-provider-aws'

const targets = [
  {
    title: 'PRIVREPO of ECR: ecr, in REGION',
    environment: { PRIVREPO: ecr, REGION: 'eu-west-1' },
    login: 'aws --region eu-west-1 ecr get-login-password',
    registry: '111122223333.dkr.ecr.eu-west-1.amazonaws.com',
    repository: ecr,
  },
  {
    title: 'no PRIVREPO: our own public repository, ecr-public',
    environment: {},
    login: 'aws --region us-east-1 ecr-public get-login-password',
    registry: 'public.ecr.aws',
    repository: ours,
  },
  {
    title: 'an empty PRIVREPO is none',
    environment: { PRIVREPO: '' },
    login: 'aws --region us-east-1 ecr-public get-login-password',
    registry: 'public.ecr.aws',
    repository: ours,
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

test('make install without PRIVREPO says so and applies nothing', () => {
  const { code, errors, calls } = make(['install'])
  assert.equal(code, 2)
  assert.match(errors, /PRIVREPO is not set; name the repository/)
  assert.deepEqual(calls, [])
})

test('make install without envsubst says what to install, and applies nothing', (t) => {
  const bare = mkdtempSync(join(folder, 'bare-'))
  t.after(() => rmSync(bare, { recursive: true }))
  for (const name of ['make', 'uname', 'find']) {
    const { stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' })
    symlinkSync(stdout.trim(), join(bare, name))
  }
  const { code, errors, calls } = make(['install'], { PRIVREPO: ecr, PATH: `${folder}:${bare}` })
  assert.equal(code, 2)
  assert.match(errors, /envsubst is missing: install gettext \(.*apt-get install gettext-base\)/)
  assert.deepEqual(calls, [])
})

test('make install fills PRIVREPO in, and leaves no other variable open', (t) => {
  if (spawnSync('envsubst', ['--version']).error !== undefined) return t.skip('no envsubst here')
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
