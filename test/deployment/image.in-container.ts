import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { providerName, version } from '../../src/process/version.ts'
import { callVersion } from '../../src/rpc/driver-client.ts'
import { exampleClasses, givesFilesAway } from '../fixtures/example-classes.ts'
import { exampleVolumes } from '../fixtures/example-volumes.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { installerEnvironment } from '../fixtures/installer-environment.ts'
import { type Scene, shown, startScene, writeModes } from '../harness/scene.ts'

/**
 * The image as it would run in its pod; needs IMAGE, the folder that scripts/image.sh filled, and a TMPDIR of its
 * own, as .ci/suites/21-image.sh gives them.
 */
const { IMAGE = '' } = process.env
const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
const root = join(IMAGE, `root-${architecture}`)
const runImage = fileURLToPath(new URL('../../scripts/run-image.sh', import.meta.url))
let scene: Scene

before(async () => {
  scene = await startScene(
    { world: examplesWorld() },
    { command: [runImage, root], environment: { TMPDIR: process.env.TMPDIR } },
  )
})
after(() => scene.stop())

test('the binary in the image answers Version', async () => {
  const answer = await callVersion(scene.providers['provider-written'].socket, 5_000)
  assert.deepEqual(answer, { version: 'v1alpha1', runtimeName: providerName, runtimeVersion: version })
})

test('it runs as root without any capability, can gain none, and has a read-only root', () => {
  const pid = containerProcess(scene.providers['provider-written'].process.pid ?? 0)
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
    assert.match(status, new RegExp(`^${set}:\t0+$`, 'm'))
  }
  assert.match(status, /^NoNewPrivs:\t1$/m)
  assert.match(status, /^Uid:\t0\t/m)
  assert.match(readFileSync(`/proc/${pid}/mountinfo`, 'utf8'), /^\S+ \S+ \S+ \S+ \/ ro[ ,]/m)
})

// There is no capability to give files away with.
for (const { name, parameters } of exampleClasses().filter(
  (each) => each.parameters.usePodIdentity === undefined && !givesFilesAway(each),
)) {
  for (const mode of writeModes) {
    test(`the example ${name} mounts from the image, ${mode}`, async () => {
      const { status, message, volume } = await scene.mount(mode, { parameters })
      assert.equal(status, 'OK', message)
      const expected = Object.entries(exampleVolumes[name] ?? {})
      assert.deepEqual(
        shown(volume),
        Object.fromEntries(expected.map(([path, [permission, text]]) => [path, `${permission} ${text}`])),
      )
    })
  }
}

test('it ends with 0 at SIGTERM', async () => {
  const provider = scene.providers['driver-written']
  provider.process.kill('SIGTERM')
  assert.equal(await provider.ended, 0)
})

for (const file of readdirSync(IMAGE || '.').filter((name) => /^image-.*\.tar$/.test(name))) {
  const arch = file.slice('image-'.length, -'.tar'.length)
  const files = join(IMAGE, `root-${arch}`)

  test(`the image for ${arch} says what it is and starts the binary`, () => {
    const { architecture: told, os, config } = imageConfig(join(IMAGE, file))
    assert.deepEqual({ told, os }, { told: arch, os: 'linux' })
    assert.deepEqual(config.Entrypoint, [`/bin/${providerName}`])
    assert.equal(config.Labels['org.opencontainers.image.version'], version)
    assert.equal(config.User, '0:0')
    for (const [key, value] of Object.entries(installerEnvironment()))
      assert.ok(config.Env.includes(`${key}=${value}`), `${key} is as in the installer`)
  })

  test(`the image for ${arch} holds the binary, roots of trust, licences, time zones, and no other program`, () => {
    assert.deepEqual(readdirSync(join(files, 'usr/bin')), [providerName])
    assert.deepEqual(readdirSync(join(files, 'usr/sbin')), [])
    assert.equal(statSync(join(files, 'usr/bin', providerName)).mode & 0o7777, 0o755)
    assert.match(readFileSync(join(files, 'etc/ssl/certs/ca-certificates.crt'), 'utf8'), /BEGIN CERTIFICATE/)
    const documents = join(files, 'usr/share/doc', providerName)
    for (const one of ['LICENSE', 'NOTICE', 'THIRD_PARTY_LICENSES', 'bom.cdx.json']) {
      assert.ok(existsSync(join(documents, one)), one)
    }
    for (const name of ['libc6', 'libstdc++6', 'libgcc-s1', 'ca-certificates', 'tzdata']) {
      assert.ok(existsSync(join(files, 'var/lib/dpkg/status.d', name)), name)
    }
    const machine = readFileSync(join(files, 'usr/bin', providerName)).readUInt16LE(18)
    assert.equal(machine, arch === 'amd64' ? 62 : 183, 'the ELF machine')
  })
}

/** The child of runc, of whichever of its threads, that runs the program. */
function containerProcess(parent: number): number {
  const children = readdirSync(`/proc/${parent}/task`).flatMap((task) =>
    readFileSync(`/proc/${parent}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  )
  const found = children.find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`/bin/${providerName}`),
  )
  assert.ok(found, 'the container runs')
  return Number(found)
}

interface ImageConfig {
  readonly architecture: string
  readonly os: string
  readonly config: {
    readonly Entrypoint: readonly string[]
    readonly Env: readonly string[]
    readonly Labels: Readonly<Record<string, string>>
    readonly User: string
  }
}

function imageConfig(archive: string): ImageConfig {
  const read = (path: string) =>
    JSON.parse(execFileSync('tar', ['-xOf', archive, path], { encoding: 'utf8' }))
  const blob = (digest: string) => read(`blobs/${digest.replace(':', '/')}`)
  const { manifests } = read('index.json')
  return blob(blob(manifests[0].digest).config.digest)
}
