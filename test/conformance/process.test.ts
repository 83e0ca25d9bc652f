import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { version } from '../../src/process/version.ts'
import { callVersion } from '../../src/rpc/driver-client.ts'
import type { Call } from '../emulator/call-log.ts'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { type MountWish, mountAs, readVolume, textsOf } from '../harness/driver.ts'
import { giveRole } from '../harness/give-role.ts'
import {
  isPackaged,
  type Provider,
  type ProviderOptions,
  providerCommand,
  startProvider,
} from '../harness/provider.ts'
import { objectsText } from '../harness/scene.ts'

const partitions = [
  ['aws', 'us-east-1', 'amazonaws.com'],
  ['aws-cn', 'cn-north-1', 'amazonaws.com.cn'],
  ['aws-us-gov', 'us-gov-west-1', 'amazonaws.com'],
  ['aws-iso', 'us-iso-east-1', 'c2s.ic.gov'],
  ['aws-iso-b', 'us-isob-east-1', 'sc2s.sgov.gov'],
  ['aws-iso-e', 'eu-isoe-west-1', 'cloud.adc-e.uk'],
  ['aws-iso-f', 'us-isof-south-1', 'csp.hci.ic.gov'],
  ['aws-eusc', 'eusc-de-east-1', 'amazonaws.eu'],
] as const

let emulator: Emulator
let folder: string

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'process-'))
  const objects = { secrets: { s: { string: 'secret' } }, parameters: { p: { value: 'parameter' } } }
  const regions = Object.fromEntries(partitions.map(([, region]) => [region, objects]))
  emulator = await startEmulator({ world: { ...examplesWorld(), regions } })
  writeFileSync(join(folder, 'ca.pem'), emulator.certificate)
})
after(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true, force: true })
})

interface BadStart {
  readonly name: string
  readonly options: ProviderOptions
  readonly says: RegExp
}

const badStarts: readonly BadStart[] = [
  ...(['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'] as const).map((name) => ({
    name: `${name}=banana`,
    options: { environment: { [name]: 'banana' } },
    says: new RegExp(`${name}.*"banana"`),
  })),
  {
    name: 'AWS_ENDPOINT_URL that is no URL',
    options: { environment: { AWS_ENDPOINT_URL: 'nowhere' } },
    says: /AWS_ENDPOINT_URL.*"nowhere"/,
  },
  {
    name: 'AWS_MAX_ATTEMPTS=0',
    options: { environment: { AWS_MAX_ATTEMPTS: '0' } },
    says: /AWS_MAX_ATTEMPTS.*"0"/,
  },
  {
    name: 'AWS_CA_BUNDLE that is missing',
    options: { environment: { AWS_CA_BUNDLE: '/nonexistent/ca.pem' } },
    says: /\/nonexistent\/ca\.pem/,
  },
  {
    name: 'AWS_CA_BUNDLE that holds no certificate',
    options: { environment: { AWS_CA_BUNDLE: import.meta.filename } },
    says: /SETTING_INVALID.*process\.test\.ts \(it holds no certificate\)/,
  },
  {
    name: 'AWS_REGION that is no region',
    options: { environment: { AWS_REGION: 'banana' } },
    says: /SETTING_INVALID.*AWS_REGION.*"banana"/,
  },
  {
    name: 'AWS_REGION with a blank',
    options: { environment: { AWS_REGION: 'us-east-1 ' } },
    says: /SETTING_INVALID.*AWS_REGION.*"us-east-1 "/,
  },
  {
    name: 'a proxy that speaks SOCKS',
    options: { environment: { HTTPS_PROXY: 'socks5://user:secret-word@127.0.0.1:1080' } },
    says: /SETTING_INVALID.*HTTPS_PROXY.*socks5:(?!.*secret-word)/,
  },
  {
    name: 'no cluster around',
    options: { environment: { KUBERNETES_SERVICE_HOST: undefined } },
    says: /NOT_IN_CLUSTER.*KUBERNETES_SERVICE_HOST/,
  },
  {
    name: 'no service account',
    options: { flags: ['--service-account-directory=/nonexistent'] },
    says: /NOT_IN_CLUSTER.*\/nonexistent\/token/,
  },
  {
    name: 'a kubeconfig that is missing',
    options: { flags: ['--kubeconfig=/nonexistent/config'] },
    says: /KUBECONFIG_UNUSABLE.*\/nonexistent\/config.*ENOENT/,
  },
  { name: 'an unknown flag', options: { flags: ['--no-such-flag'] }, says: /--no-such-flag/ },
  { name: 'a word that is no flag', options: { flags: ['serve'] }, says: /"serve"/ },
  {
    name: 'a boolean’s value as the next word',
    options: { flags: ['--driver-writes-secrets', 'false'] },
    says: /"false"/,
  },
  {
    name: 'a boolean that is none',
    options: { flags: ['--driver-writes-secrets=yes'] },
    says: /driver-writes-secrets.*"yes"/,
  },
  { name: 'a flag without its value', options: { flags: ['--qps'] }, says: /--qps/ },
  { name: 'a number that is none', options: { flags: ['--qps=fast'] }, says: /qps.*"fast"/ },
  {
    name: 'a provider volume that is missing',
    options: { flags: ['--provider-volume=/nonexistent/volume'] },
    says: /\/nonexistent\/volume/,
  },
]

// The 25 s of SIGTERM pass while the others work.
describe('the daemon', { concurrency: 3 }, () => {
  describe('SIGTERM', { concurrency: 3 }, () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      test(`${signal}: ends with 0 when idle`, async () => {
        const provider = await startProvider(emulator)
        await mounted(provider)
        provider.process.kill(signal)
        assert.equal(await provider.ended, 0)
        await provider.stop()
      })
    }

    test('lets a running mount finish, and ends with 0', async () => {
      giveRole(emulator, 'finishing')
      const provider = await startProvider(emulator)
      emulator.addFault({
        when: { service: 'sts', role: 'arn:aws:iam::111122223333:role/finishing', nth: 1 },
        effect: { do: 'delay', milliseconds: 2_500 },
      })
      const end = mountAs(emulator, provider, wish('finishing'))
      await until(() => emulator.calls({ service: 'sts' }).some(({ role }) => role?.endsWith('/finishing')))
      provider.process.kill('SIGTERM')
      const { status, message, targetPath } = await end
      assert.equal(status, 'OK', message)
      assert.deepEqual(textsOf(readVolume(targetPath)), { p: 'parameter', s: 'secret' })
      assert.equal(await provider.ended, 0)
      await provider.stop()
    })

    test('gives a mount that does not finish 25 s, and then an error of its own', async () => {
      const role = giveRole(emulator, 'endless')
      const provider = await startProvider(emulator)
      emulator.addFault({
        when: { service: 'sts', role },
        effect: { do: 'error', code: 'Throttling', message: 'Rate exceeded' },
      })
      const end = mountAs(emulator, provider, wish('endless'))
      await until(() => emulator.calls({ service: 'sts' }).some((call) => call.role === role))
      provider.process.kill('SIGTERM')
      const { status, message } = await end
      assert.equal(status, 'INTERNAL')
      assert.match(message, /provider.*(stop|shut|end|restart)/i)
      assert.equal(await provider.ended, 0)
      await provider.stop()
    })
  })

  describe('a start that cannot be', { concurrency: 2 }, () => {
    for (const { name, options, says } of badStarts) {
      test(`${name}: ends at once, with a message that says why`, async () => {
        const provider = await startProvider(emulator, { ...options, mayEnd: true })
        const code = await provider.ended
        const log = provider.log()
        await provider.stop()
        assert.ok(typeof code === 'number' && code > 0, `${code}`)
        assert.match(log, says)
        assert.doesNotMatch(log, /\n\s+at /, 'no stack')
      })
    }
  })

  describe('flags', { concurrency: 2 }, () => {
    const spellings: readonly (readonly [flags: readonly string[], driverWrites: boolean])[] = [
      [['-driver-writes-secrets'], true],
      [['--driver-writes-secrets=T', '-qps', '7', '--burst=9'], true],
      [['--driver-writes-secrets=false', '-pod-identity-http-timeout', '2s'], false],
      [['--driver-writes-secrets', '-driver-writes-secrets=F', '--qps=-1'], false],
    ]
    for (const [flags, driverWrites] of spellings) {
      test(`${flags.join(' ')}`, () =>
        serving({ flags }, async (provider) => {
          const { files } = await mounted(provider)
          assert.equal(files.size > 0, driverWrites)
        }))
    }

    test('durations are read as Go reads them, the micro sign in both spellings', () =>
      serving({ flags: ['--pod-identity-http-timeout=1s500000\u00b5s'] }, (first) =>
        serving({ flags: ['--pod-identity-http-timeout=500000\u03bcs'] }, async (second) => {
          for (const provider of [first, second])
            assert.doesNotMatch(provider.log(), /pod-identity-http-timeout/)
        }),
      ))

    test('serve, the word, does what no word does', () =>
      serving({ command: [...providerCommand(), 'serve'] }, async (provider) => {
        await mounted(provider)
        assert.ok(!provider.lines().some(({ level }) => level === 'debug'))
      }))

    test('--eks-addon-version takes the place of our version in the user agent', () =>
      serving({ flags: ['-eks-addon-version', 'v9.9.9-eksbuild.1'] }, async (provider) => {
        const calls = await callsOf(provider, 'addon')
        for (const { userAgent } of calls) {
          assert.match(userAgent, /app\/secrets-store-csi-driver-provider-aws-v9\.9\.9-eksb/)
        }
      }))

    test('-v=4 tells what nothing leaves out', () =>
      serving({ flags: ['-v=4'] }, async (provider) => {
        await mounted(provider)
        assert.ok(provider.lines().some(({ level }) => level === 'debug'))
      }))

    test('--kubeconfig takes the place of a pod’s service account', async () => {
      const scratch = mkdtempSync(join(folder, 'kubeconfig-'))
      writeFileSync(join(scratch, 'token'), 'provider-token')
      const kubeconfig = {
        'current-context': 'node',
        contexts: [{ name: 'node', context: { cluster: 'here', user: 'provider' } }],
        clusters: [
          {
            name: 'here',
            cluster: { server: emulator.addresses.kubernetes, 'certificate-authority': '../ca.pem' },
          },
        ],
        users: [{ name: 'provider', user: { tokenFile: 'token' } }],
      }
      writeFileSync(join(scratch, 'config'), JSON.stringify(kubeconfig))
      const environment = { KUBERNETES_SERVICE_HOST: undefined, KUBERNETES_SERVICE_PORT: undefined }
      const flags = [`--kubeconfig=${scratch}/config`, '--service-account-directory=/nonexistent']
      await serving({ environment, flags }, async (provider) => {
        await mounted(provider)
      })
    })

    test('a port that is taken is a warning, not an end', async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, resolve))
      const address = server.address()
      assert.ok(typeof address === 'object' && address !== null)
      try {
        await serving({ flags: [`--health-port=${address.port}`] }, async (provider) => {
          await mounted(provider)
          await until(() =>
            provider
              .lines()
              .some((line) => line.level === 'warn' && JSON.stringify(line).includes(`${address.port}`)),
          )
        })
      } finally {
        server.close()
      }
    })
  })

  describe('the way to AWS', { concurrency: 2 }, () => {
    interface Way {
      readonly name: string
      readonly environment: Readonly<Record<string, string | undefined>>
      /** Host names of Secrets Manager, Parameter Store and STS. */
      readonly hosts: readonly [string, string, string]
      readonly via?: 'direct' | 'proxy'
    }
    const plain: Way['hosts'] = [
      'secretsmanager.us-east-1.amazonaws.com',
      'ssm.us-east-1.amazonaws.com',
      'sts.us-east-1.amazonaws.com',
    ]
    // AWS's own rule: the plain name of Secrets Manager has addresses of both kinds.
    const dual: Way['hosts'] = [plain[0], 'ssm.us-east-1.api.aws', 'sts.us-east-1.api.aws']
    const ways: readonly Way[] = [
      { name: 'by default', environment: {}, hosts: plain },
      {
        name: 'FIPS, which STS is not asked for',
        environment: { AWS_USE_FIPS_ENDPOINT: 'true' },
        hosts: ['secretsmanager-fips.us-east-1.amazonaws.com', 'ssm-fips.us-east-1.amazonaws.com', plain[2]],
      },
      { name: 'dual stack', environment: { AWS_USE_DUALSTACK_ENDPOINT: 'T' }, hosts: dual },
      {
        name: 'FIPS and dual stack',
        environment: { AWS_USE_FIPS_ENDPOINT: '1', AWS_USE_DUALSTACK_ENDPOINT: 'TRUE' },
        hosts: ['secretsmanager-fips.us-east-1.amazonaws.com', 'ssm-fips.us-east-1.api.aws', dual[2]],
      },
      {
        name: 'neither',
        environment: { AWS_USE_FIPS_ENDPOINT: 'F', AWS_USE_DUALSTACK_ENDPOINT: '' },
        hosts: plain,
      },
      {
        name: 'a proxy in lower case',
        environment: { HTTPS_PROXY: undefined, https_proxy: 'EMULATOR' },
        hosts: plain,
      },
      {
        name: 'a proxy without a scheme',
        environment: { HTTPS_PROXY: 'PROXY_HOST', NO_PROXY: 'example.com, .us-east-1.amazonaws.com:80' },
        hosts: plain,
        via: 'proxy',
      },
      {
        name: 'a CA in NODE_EXTRA_CA_CERTS',
        environment: { AWS_CA_BUNDLE: undefined, NODE_EXTRA_CA_CERTS: 'CA' },
        hosts: plain,
      },
      {
        name: 'a CA in SSL_CERT_FILE',
        environment: { AWS_CA_BUNDLE: undefined, SSL_CERT_FILE: 'CA' },
        hosts: plain,
      },
      {
        name: 'AWS_ENDPOINT_URL, not through the proxy',
        environment: { AWS_ENDPOINT_URL: 'ENDPOINT', NO_PROXY: '127.0.0.1' },
        hosts: ['ENDPOINT', 'ENDPOINT', 'ENDPOINT'],
        via: 'direct',
      },
      {
        name: 'an endpoint for one service',
        environment: { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'ENDPOINT', NO_PROXY: '127.0.0.1' },
        hosts: ['ENDPOINT', plain[1], plain[2]],
      },
      {
        name: 'endpoints for the two others',
        environment: {
          AWS_ENDPOINT_URL_SSM: 'ENDPOINT',
          AWS_ENDPOINT_URL_STS: 'ENDPOINT',
          no_proxy: '127.0.0.1',
        },
        hosts: [plain[0], 'ENDPOINT', 'ENDPOINT'],
      },
      {
        name: 'shared config files, which are not read',
        environment: {
          AWS_PROFILE: 'ghost',
          AWS_CONFIG_FILE: 'CONFIG',
          AWS_SHARED_CREDENTIALS_FILE: 'CONFIG',
          HOME: '/nonexistent',
        },
        hosts: plain,
      },
      {
        name: 'credentials in the environment, which are nobody’s',
        environment: { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x', AWS_SESSION_TOKEN: 'y' },
        hosts: plain,
      },
    ]
    for (const [index, { name, environment, hosts, via }] of ways.entries()) {
      test(`${name}`, async () => {
        const config = join(folder, 'config')
        writeFileSync(
          config,
          '[default]\nregion = eu-west-9\nendpoint_url = http://127.0.0.1:1\nmax_attempts = x\n',
        )
        const words: Readonly<Record<string, string>> = {
          EMULATOR: emulator.addresses.proxy,
          PROXY_HOST: new URL(emulator.addresses.proxy).host,
          CA: join(folder, 'ca.pem'),
          ENDPOINT: emulator.addresses.aws,
          CONFIG: config,
        }
        const given = Object.entries(environment).map(([key, value]) => [key, words[value ?? ''] ?? value])
        await serving({ environment: Object.fromEntries(given) }, async (provider) => {
          const calls = await callsOf(provider, `way-${index}`)
          const wanted = hosts.map((host) =>
            host === 'ENDPOINT' ? new URL(emulator.addresses.aws).host : host,
          )
          const hostOf = (service: string) => calls.find((call) => call.service === service)?.host
          assert.deepEqual(['secretsmanager', 'ssm', 'sts'].map(hostOf), wanted)
          if (via !== undefined) assert.deepEqual(new Set(calls.map((call) => call.via)), new Set([via]))
          for (const { userAgent } of calls) {
            assert.ok(userAgent.includes(`app/secrets-store-csi-driver-provider-aws-${version}`), userAgent)
          }
        })
      })
    }

    test('every partition by its own names', () =>
      serving({}, async (provider) => {
        for (const [partition, region, suffix] of partitions) {
          const calls = await callsOf(provider, `in-${partition}`, region, partition)
          const hosts = new Set(calls.map(({ host }) => host))
          const wanted = ['secretsmanager', 'ssm', 'sts'].map((service) => `${service}.${region}.${suffix}`)
          assert.deepEqual([...hosts].toSorted(), wanted)
        }
      }))

    test('a proxy that wants to know who asks', async () => {
      const own = await startEmulator({ world: emulator.world(), proxy: { authorization: 'user:p@ss' } })
      try {
        const proxy = new URL(own.addresses.proxy)
        const told = `http://user:p%40ss@${proxy.host}`
        const provider = await startProvider(own, { environment: { HTTPS_PROXY: told } })
        const unknown = await startProvider(own)
        const wrong = await startProvider(own, {
          environment: { HTTPS_PROXY: `http://user:wr%40ng@${proxy.host}` },
        })
        try {
          const good = await mountAs(own, provider, wish())
          assert.equal(good.status, 'OK', good.message)
          for (const [asker, says] of [
            [unknown, /the proxy asks for a user and password \(407\)/],
            [wrong, /the proxy does not accept the user and password .*\(407\)/],
          ] as const) {
            const { status, message } = await mountAs(own, asker, wish())
            assert.equal(status, 'INTERNAL')
            assert.match(message, says)
          }
          for (const each of [provider, unknown, wrong]) assert.doesNotMatch(each.log(), /(p|wr)(@|%40)/)
        } finally {
          await wrong.stop()
          await provider.stop()
          await unknown.stop()
        }
      } finally {
        await own.close()
      }
    })

    test('a certificate of nobody we know is an error that names the remedy', () =>
      serving({ environment: { AWS_CA_BUNDLE: undefined } }, async (provider) => {
        const { status, message } = await mountAs(emulator, provider, wish())
        assert.equal(status, 'INTERNAL')
        assert.match(message, /certificate.*AWS_CA_BUNDLE/)
      }))
  })

  describe('the socket', { concurrency: 3 }, () => {
    test('is alone in its folder, its owner’s alone, and stays when we go', () =>
      inVolume(async (volume) => {
        const provider = await startProvider(emulator, { volume })
        assert.deepEqual(readdirSync(volume), ['aws.sock'])
        assert.equal((statSync(provider.socket).mode & 0o777).toString(8), '600')
        await provider.stop()
        assert.deepEqual(readdirSync(volume), ['aws.sock'])
      }))

    test('is made over a dead one, and over the rests of one that was killed', () =>
      inVolume(async (volume) => {
        for (let time = 0; time < 2; time += 1) {
          const killed = await startProvider(emulator, { volume })
          killed.process.kill('SIGKILL')
          await killed.stop()
        }
        const provider = await startProvider(emulator, { volume })
        await mounted(provider)
        await provider.stop()
        assert.deepEqual(readdirSync(volume), ['aws.sock'])
      }))

    test('is made anew where an official provider has removed it', () =>
      serving({}, async (provider) => {
        rmSync(provider.socket)
        await until(() => existsSync(provider.socket))
        await until(() => callVersion(provider.socket, 1_000).then(Boolean, () => false))
        await mounted(provider)
      }))

    test('is made anew where another took it and went', () =>
      serving({}, async (provider) => {
        const other = createServer()
        const elsewhere = `${provider.socket}.other`
        await new Promise<void>((resolve, reject) => other.once('error', reject).listen(elsewhere, resolve))
        renameSync(elsewhere, provider.socket)
        await new Promise((resolve) => other.close(resolve))
        rmSync(provider.socket, { force: true })
        await until(() => callVersion(provider.socket, 1_000).then(Boolean, () => false))
        await mounted(provider)
      }))

    test('is left to a successor that answers', () =>
      inVolume(async (volume) => {
        const first = await startProvider(emulator, { volume })
        const inode = statSync(first.socket).ino
        const second = await startProvider(emulator, { volume })
        await until(() => statSync(second.socket).ino !== inode)
        const theirs = statSync(second.socket).ino
        // Longer than a look after the socket takes to come round.
        await sleep(4_000)
        assert.equal(statSync(second.socket).ino, theirs)
        await first.stop()
        await mounted(second)
        await second.stop()
      }))

    test('loses no mount while one provider takes over from another, time and again', () =>
      inVolume(async (volume) => {
        let provider = await startProvider(emulator, { volume })
        let isOver = false
        let count = 0
        const driver = async () => {
          while (!isOver) {
            const { status, message } = await mountAs(emulator, { ...provider, scratch: volume }, wish())
            assert.equal(status, 'OK', message)
            count += 1
            await sleep(25)
          }
        }
        const drivers = Promise.all([driver(), driver(), driver()])
        // A quick machine is through three of them before ten mounts are.
        for (let time = 0; time < 3 || count < 10; time += 1) {
          const inode = statSync(provider.socket).ino
          const successor = await startProvider(emulator, { volume })
          await until(() => statSync(successor.socket).ino !== inode)
          await provider.stop()
          provider = successor
        }
        isOver = true
        await drivers
        await provider.stop()
        assert.ok(count >= 10, `${count} mounts`)
      }))
  })

  describe('what others might do to the process', () => {
    const skip = isPackaged() ? false : 'the packaged executable alone can tell'

    test('SIGUSR1 opens no inspector', { skip }, () =>
      serving({}, async (provider) => {
        provider.process.kill('SIGUSR1')
        await sleep(500)
        await mounted(provider)
        assert.doesNotMatch(provider.log(), /Debugger listening/)
      }),
    )

    test('NODE_OPTIONS has no effect', { skip }, () =>
      serving(
        { environment: { NODE_OPTIONS: '--require=/nonexistent.js --inspect=127.0.0.1:0' } },
        async (provider) => {
          await mounted(provider)
          assert.doesNotMatch(provider.log(), /Debugger listening|nonexistent/)
        },
      ),
    )

    test('AWS_MAX_ATTEMPTS bounds every class of retry', () =>
      serving({ environment: { AWS_MAX_ATTEMPTS: '4' } }, async (provider) => {
        for (const [index, code] of ['InternalFailure', 'Throttling'].entries()) {
          const role = giveRole(emulator, `attempts-${index}`)
          emulator.addFault({
            when: { service: 'sts', role },
            effect: { do: 'error', code, status: 500 - index * 100 },
          })
          const { status } = await mountAs(emulator, provider, wish(`attempts-${index}`))
          assert.equal(status, 'INTERNAL')
          assert.equal(emulator.calls({ service: 'sts' }).filter((call) => call.role === role).length, 4)
        }
      }))
  })
})

function wish(serviceAccount = 'shop', region = 'us-east-1'): MountWish {
  const objects = objectsText(
    { objectName: 's', objectType: 'secretsmanager' },
    { objectName: 'p', objectType: 'ssmparameter' },
  )
  return { serviceAccount, parameters: { region, objects } }
}

async function serving(options: ProviderOptions, body: (provider: Provider) => Promise<void>): Promise<void> {
  const provider = await startProvider(emulator, options)
  try {
    await body(provider)
  } finally {
    await provider.stop()
  }
}

async function inVolume(body: (volume: string) => Promise<void>): Promise<void> {
  const volume = mkdtempSync(join(folder, 'volume-'))
  await body(volume)
}

async function mounted(provider: Provider) {
  const end = await mountAs(emulator, provider, wish())
  assert.equal(end.status, 'OK', end.message)
  return end
}

/** Mounts under a role of its own, and gives the calls that AWS saw of it. */
async function callsOf(
  provider: Provider,
  serviceAccount: string,
  region = 'us-east-1',
  partition = 'aws',
): Promise<readonly Call[]> {
  const role = giveRole(emulator, serviceAccount, { partition })
  const { status, message } = await mountAs(emulator, provider, wish(serviceAccount, region))
  assert.equal(status, 'OK', message)
  return emulator.calls().filter((call) => call.role === role)
}

async function until(reached: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 15_000
  while (!(await reached())) {
    assert.ok(Date.now() < end, 'not within 15 s')
    await sleep(20)
  }
}
