import { chownSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import type { Emulator } from '../../test/emulator/emulator.ts'
import { type MountEnd, mountAs, readVolume } from '../../test/harness/driver.ts'
import type { Provider } from '../../test/harness/provider.ts'
import { besideObjects } from './beside-objects.ts'
import { part, say, sayWrong, scene, showEnd, showTree } from './show.ts'

const examples = fileURLToPath(new URL('../../deployment/examples/', import.meta.url))

/** Mounts every example, and gives how many classes that were. `agent`: whether the Pod Identity agent can be played. */
export async function mountExamples(emulator: Emulator, provider: Provider, agent: boolean): Promise<number> {
  const files = readdirSync(examples).filter((name) => name.endsWith('.yaml'))
  await scene(
    'Scene 1 of 4: the examples',
    `Each of the ${files.length} files in deployment/examples is mounted as the driver would do it: the files, their modes, their values.`,
  )
  let mounted = 0
  for (const file of files) {
    part(file)
    if (file.startsWith('pod-identity') && !agent) {
      say(
        'not shown: the Pod Identity agent has a link-local address (169.254.170.23, fd00:ec2::23), and this user may not make a network namespace to give it one: run "make demo" as root',
      )
      continue
    }
    if (file.includes('file-owner') && !canGiveAway(provider.scratch)) {
      say('not shown: it gives files to other users, which takes root: run "make demo" as root')
      continue
    }
    for (const { name, parameters, serviceAccount } of classesOf(file)) {
      const end = await mountAs(emulator, provider, { parameters, serviceAccount })
      showEnd(`SecretProviderClass ${name}`, end)
      showTree(readVolume(expectMounted(end).targetPath))
      mounted++
    }
  }
  return mounted
}

function canGiveAway(folder: string): boolean {
  const path = `${folder}/given-away`
  writeFileSync(path, '')
  try {
    chownSync(path, 1000, 1000)
    return true
  } catch {
    // No root, or root of a user namespace without other users.
    return false
  } finally {
    rmSync(path)
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

export async function rotate(emulator: Emulator, provider: Provider): Promise<void> {
  await scene(
    'Scene 2 of 4: rotation',
    'A secret gets a new version in AWS. The driver calls again, as it does every two minutes, and the file follows.',
  )
  const parameters = { objects: '- objectName: MySecret\n  objectType: secretsmanager\n' }
  const before = expectMounted(await mountAs(emulator, provider, { parameters }))
  showEnd('mounted', before)
  showTree(readVolume(before.targetPath))
  emulator.rotate({ region: 'us-east-1', secret: 'MySecret', string: 'the rotated secret' })
  say('MySecret has a new version now')
  const after = expectMounted(
    await mountAs(emulator, provider, { parameters, targetPath: before.targetPath }),
  )
  showEnd('mounted again', after)
  showTree(readVolume(after.targetPath))
}

export async function loseRegion(emulator: Emulator, provider: Provider): Promise<void> {
  await scene(
    'Scene 3 of 4: a region dies',
    'us-east-1 swallows every packet from here on. The class names failoverRegion us-east-2: the first mount finds out and waits a moment, the next ones do not.',
  )
  const objects = '- objectName: ReplicatedSecret\n  objectType: secretsmanager\n'
  const parameters = { region: 'us-east-1', failoverRegion: 'us-east-2', objects }
  emulator.addFault({ when: { region: 'us-east-1' }, effect: { do: 'black-hole' } })
  emulator.addFault({ when: { region: 'us-east-1' }, effect: { do: 'hang' } })
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

export async function makeMistakes(emulator: Emulator, provider: Provider): Promise<void> {
  await scene(
    'Scene 4 of 4: a SecretProviderClass with mistakes',
    "The mount is refused before AWS is asked. What the developer reads in the pod's event stands here beside the object that it is about.",
  )
  const objects = `- objectName: MySecret
  objectTyp: secretsmanager
- objectName: app/one
  objectType: secretsmanager
- objectName: app_one
  objectType: secretsmanager
  filePermission: "888"
`
  const end = await mountAs(emulator, provider, { parameters: { objects } })
  if (end.status === 'OK') throw new Error('a wrong SecretProviderClass was mounted')
  showEnd('mount', end)
  for (const { yaml, errors } of besideObjects(objects, end.message)) {
    process.stdout.write('\n')
    for (const line of yaml.split('\n').filter(Boolean)) process.stdout.write(`    ${line}\n`)
    for (const line of errors) sayWrong(`✖ ${line}`, 6)
  }
}

function expectMounted(end: MountEnd): MountEnd {
  if (end.status !== 'OK') throw new Error(`${end.status}: ${end.message}`)
  return end
}
