import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import type { Emulator } from '../test/emulator/emulator.ts'
import { startEmulator } from '../test/emulator/emulator.ts'
import { examplesWorld } from '../test/fixtures/examples-world.ts'
import { type MountEnd, mountAs, readVolume } from '../test/harness/driver.ts'
import { type Provider, startProvider } from '../test/harness/provider.ts'
import { enterNamespace, haveAgentAddresses } from './demo/namespace.ts'
import { heading, say, showEnd, showTree } from './demo/show.ts'

const examples = fileURLToPath(new URL('../deployment/examples/', import.meta.url))
const began = performance.now()

/** Plays a node for the packaged executable: the driver's calls, AWS, Kubernetes; everything on loopback. */
async function demo(): Promise<void> {
  const agent = haveAgentAddresses()
  const podIdentity = agent
    ? [
        { address: '169.254.170.23', port: 80 },
        { address: 'fd00:ec2::23', port: 80 },
      ]
    : []
  const emulator = await startEmulator({ world: examplesWorld(), podIdentity })
  const provider = await startProvider(emulator)
  try {
    heading('The node')
    say(`executable   ${provider.process.spawnfile}`)
    say(
      `socket       ${provider.socket} (answered Version ${Math.round(provider.readyMs)} ms after its start)`,
    )
    say(`AWS          an emulator behind ${emulator.addresses.proxy}: real host names, TLS of its own CA`)
    await mountExamples(emulator, provider, agent)
    await rotate(emulator, provider)
    await loseRegion(emulator, provider)
    await makeMistakes(emulator, provider)
    heading('Done')
    const { calls } = emulator.counters()
    for (const [call, count] of Object.entries(calls)) say(`${String(count).padStart(4)} × ${call}`)
  } finally {
    await provider.stop()
    await emulator.close()
  }
  say(`everything stopped after ${((performance.now() - began) / 1000).toFixed(1)} s`)
}

async function mountExamples(emulator: Emulator, provider: Provider, agent: boolean): Promise<void> {
  for (const file of readdirSync(examples).filter((name) => name.endsWith('.yaml'))) {
    heading(`deployment/examples/${file}`)
    if (file.startsWith('pod-identity') && !agent) {
      say(
        'not shown: the Pod Identity agent has a link-local address (169.254.170.23, fd00:ec2::23), and this',
      )
      say('user may not make a network namespace to give it one: run "make demo" as root')
      continue
    }
    for (const { name, parameters, serviceAccount } of classesOf(file)) {
      const end = await mountAs(emulator, provider, { parameters, serviceAccount })
      showEnd(`SecretProviderClass ${name}`, end)
      showTree(readVolume(expectMounted(end).targetPath))
    }
  }
}

interface ExampleClass {
  readonly name: string
  readonly parameters: Readonly<Record<string, string>>
  readonly serviceAccount: string
}

function classesOf(file: string): readonly ExampleClass[] {
  const documents = parseAllDocuments(readFileSync(`${examples}${file}`, 'utf8')).map((each) => each.toJS())
  const account = documents.find(({ kind }) => kind === 'ServiceAccount')
  return documents
    .filter(({ kind }) => kind === 'SecretProviderClass')
    .map(({ metadata, spec }) => ({
      name: metadata.name,
      parameters: spec.parameters,
      serviceAccount: account.metadata.name,
    }))
}

async function rotate(emulator: Emulator, provider: Provider): Promise<void> {
  heading('Rotation')
  const parameters = { objects: '- objectName: MySecret\n  objectType: secretsmanager\n' }
  const before = expectMounted(await mountAs(emulator, provider, { parameters }))
  showEnd('mounted', before)
  showTree(readVolume(before.targetPath))
  emulator.rotate({ region: 'us-east-1', secret: 'MySecret', string: 'the rotated secret' })
  say('MySecret has a new version now; the driver calls again, as it does every two minutes')
  const after = expectMounted(
    await mountAs(emulator, provider, { parameters, targetPath: before.targetPath }),
  )
  showEnd('remounted', after)
  showTree(readVolume(after.targetPath))
}

async function loseRegion(emulator: Emulator, provider: Provider): Promise<void> {
  heading('A region dies')
  const objects = '- objectName: ReplicatedSecret\n  objectType: secretsmanager\n'
  const parameters = { region: 'us-east-1', failoverRegion: 'us-east-2', objects }
  emulator.addFault({ when: { region: 'us-east-1' }, effect: { do: 'black-hole' } })
  emulator.addFault({ when: { region: 'us-east-1' }, effect: { do: 'hang' } })
  say('us-east-1 swallows every packet from here on; the class names failoverRegion us-east-2')
  for (const which of ['first', 'second', 'third']) {
    const end = expectMounted(await mountAs(emulator, provider, { parameters }))
    showEnd(`${which} mount`, end)
    if (which === 'first') showTree(readVolume(end.targetPath))
  }
  const warnings = provider
    .lines()
    .filter(({ level, msg }) => level === 'warn' && String(msg).includes('region'))
  for (const { msg, region, from, to } of warnings.slice(0, 2))
    say(`log: ${msg} ${JSON.stringify({ region, from, to })}`)
  emulator.clearFaults()
}

async function makeMistakes(emulator: Emulator, provider: Provider): Promise<void> {
  heading('A SecretProviderClass with mistakes')
  const objects = `
- objectName: MySecret
  objectTyp: secretsmanager
- objectName: app/one
  objectType: secretsmanager
- objectName: app_one
  objectType: secretsmanager
  filePermission: "888"
`
  say(objects.trim().replaceAll('\n', '\n  '))
  const end = await mountAs(emulator, provider, { parameters: { objects } })
  showEnd('what the developer reads in the events of the pod', end)
  if (end.status === 'OK') throw new Error('a wrong SecretProviderClass was mounted')
}

function expectMounted(end: MountEnd): MountEnd {
  if (end.status !== 'OK') throw new Error(`${end.status}: ${end.message}`)
  return end
}

if (haveAgentAddresses() || process.argv.includes('--as-is')) await demo()
else {
  const code = enterNamespace(spawnSync)
  if (code === undefined) await demo()
  else process.exitCode = code
}
