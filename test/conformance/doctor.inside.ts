/**
 * Run by doctor.test.ts in a network of its own, where the Pod Identity agent's link-local addresses can be had.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import {
  allowing,
  type DoctorScene,
  doctorCanaries,
  installerAllows,
  startDoctorScene,
} from '../fixtures/doctor-scene.ts'
import { isPackaged, providerCommand } from '../harness/provider.ts'

const source = [process.execPath, join(import.meta.dirname, '../../src/main.ts')]
const built = providerCommand()
const [builtProgram = '', ...builtWords] = built
const isBuilt =
  spawnSync(builtProgram, [...builtWords, 'help', 'doctor']).stdout?.includes('--pod <') === true

let scene: DoctorScene

before(async () => {
  scene = await startDoctorScene([
    { address: '169.254.170.23', port: 80 },
    { address: 'fd00:ec2::23', port: 80 },
  ])
})
after(() => scene.stop())
afterEach(() => scene.heal())

interface End {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

async function doctor(
  [program = '', ...first]: readonly string[],
  words: readonly string[],
  { input = '', environment = {} }: { input?: string; environment?: Record<string, string> } = {},
): Promise<End> {
  const own = ['--provider-volume', scene.folder, '--service-account-directory', scene.folder]
  const child = spawn(program, [...first, 'doctor', ...own, ...words], {
    env: { ...scene.environment, ...environment },
    stdio: 'pipe',
  })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  }
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  for (const canary of doctorCanaries) {
    assert.ok(!`${texts.stdout}${texts.stderr}`.includes(canary), `${canary} in ${texts.stdout}`)
  }
  return { ...texts, code }
}

for (const [name, command, skip] of [
  ['from source', source, false],
  ['as executable', built, isBuilt ? false : 'skipped: needs an executable of this source (npm run build)'],
] as const) {
  describe(`doctor ${name}`, { skip }, () => {
    test('a healthy node and pod: ticks alone, but for what a pod cannot see', async () => {
      const { code, stdout, stderr } = await doctor(command, ['--pod', 'default/app-0'])
      const marks = stdout
        .split('\n')
        .filter((line) => /^\S/.test(line))
        .map((line) => line.slice(0, 1))
      assert.deepEqual(new Set(marks), new Set(['✓', '–']), stdout)
      // Deno does not say which key exchange TLS has.
      const open = isPackaged() || command !== built ? 1 : 2
      assert.equal(marks.filter((mark) => mark === '–').length, open)
      assert.match(stdout, /^✓ object app\/keystore us-east-1 +may be read, version [\w-]+$/m)
      assert.match(stderr, new RegExp(`\\d+ fine, 0 wrong, ${open} not checked or up to you\n$`))
      assert.equal(code, 0)
    })

    test('what is wrong is marked, with what to do, and ends with 1', async () => {
      scene.emulator.mergeWorld({ podIdentityAssociations: [] })
      const { code, stdout } = await doctor(command, ['--pod', 'default/app-0'])
      assert.match(stdout, /^✗ role by pod identity +POD_IDENTITY_REFUSED: .*\n +→ Create the association/m)
      assert.equal(code, 1)
    })

    test('--json has the same rows', async () => {
      scene.emulator.mergeWorld(allowing(installerAllows))
      const { code, stdout } = await doctor(command, ['--json'])
      const { ok, rows } = JSON.parse(stdout)
      assert.equal(ok, true)
      assert.equal(code, 0)
      const row = rows.find(({ check }: { check: string }) => check === 'csidriver')
      assert.equal(row.state, 'unknown')
      assert.match(row.remedy, /deployment\/optional\/doctor\.yaml/)
    })

    test('a token comes from standard input', async () => {
      scene.emulator.mergeWorld(allowing([...installerAllows, 'get secretproviderclasses']))
      const wish = { namespace: 'default', serviceAccount: 'app', audience: 'sts.amazonaws.com' }
      const input = `${scene.emulator.mintToken(wish)}\n`
      const { stdout } = await doctor(command, ['--pod', 'default/app-0', '--token-file', '-'], { input })
      assert.match(stdout, /^✓ token sts\.amazonaws\.com +that of --token-file$/m)
      assert.match(stdout, /^✓ object \/app\/license us-west-2 /m)
    })

    // Once is enough: it takes a quarter of a minute.
    const isFirst = command === source
    test('silence everywhere ends within 30 seconds, says what it waits for, and what had no answer', {
      skip: isFirst ? false : 'runs from source',
    }, async () => {
      for (const service of ['secretsmanager', 'ssm', 'sts', 'kubernetes', 'pod-identity'] as const) {
        scene.emulator.addFault({ when: { service }, effect: { do: 'black-hole' } })
      }
      const begun = performance.now()
      const { code, stdout, stderr } = await doctor(command, ['--pod', 'default/app-0'], {
        environment: { AWS_REGION: 'us-east-1' },
      })
      assert.ok(performance.now() - begun < 30_000)
      assert.match(stderr, /waiting for .*aws.* \(\d+ s\)\n/)
      assert.match(stdout, /^✗ kubernetes api +/m)
      assert.match(stdout, /^✗ aws sts us-east-1 .*ETIMEDOUT/m)
      assert.equal(code, 1)
    })

    for (const [words, message] of [
      [['--pod', 'app-0'], /^SETTING_INVALID: --pod is "app-0": expected NAMESPACE\/NAME\n$/],
      [['--pod', 'a/../b'], /^SETTING_INVALID: --pod /],
      [['--token-file', '-'], /^OPTIONS_DISAGREE: --token-file goes with --pod/],
      [['--pod', 'a/b', '--token-file', '/nonexistent'], /^INPUT_UNREADABLE: "\/nonexistent"/],
      [['--pod', 'a/b', '--token-file', '-'], /^INPUT_UNREADABLE: "<stdin>" .*does not hold a token/],
      [['extra'], /too many arguments/],
    ] as const) {
      test(`${words.join(' ')} is a usage error`, async () => {
        const { code, stdout, stderr } = await doctor(command, words)
        assert.match(stderr, message)
        assert.deepEqual([code, stdout], [2, ''])
      })
    }

    test('an environment in which the daemon would not start is a usage error', async () => {
      const environment = { AWS_USE_FIPS_ENDPOINT: 'maybe' }
      const { code, stderr } = await doctor(command, [], { environment })
      assert.match(stderr, /^SETTING_INVALID: AWS_USE_FIPS_ENDPOINT/)
      assert.equal(code, 2)
    })
  })
}
