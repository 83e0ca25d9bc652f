import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Emulator } from './emulator.ts'
import type { World } from './world.ts'

/**
 * Puts what a provider needs to trust and use this emulator into a folder, and gives the lines for a shell that start one
 * there, and that mount a class with the first long-lived key of the world, where it has one.
 */
export function provideFor(
  folder: string,
  { addresses, certificate }: Pick<Emulator, 'addresses' | 'certificate'>,
  world: World,
): string {
  const place = resolve(folder)
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'ca.crt'), certificate)
  const [token = 'any'] = Object.keys(world.kubernetes?.tokens ?? {})
  writeFileSync(join(place, 'token'), token, { mode: 0o600 })
  const kubernetes = new URL(addresses.kubernetes)
  const aws = [`HTTPS_PROXY=${addresses.proxy}`, `AWS_CA_BUNDLE=${quoted(join(place, 'ca.crt'))}`]
  const [node] = Object.keys(world.kubernetes?.nodes ?? {})
  const serve = [
    `KUBERNETES_SERVICE_HOST=${kubernetes.hostname.replace(/^\[|\]$/g, '')}`,
    `KUBERNETES_SERVICE_PORT=${kubernetes.port}`,
    ...(node === undefined ? [] : [`NODE_NAME=${node}`]),
    ...aws,
    'scripts/with-node node src/main.ts serve --log-format=text --health-port=0',
    `--provider-volume=${quoted(place)} --service-account-directory=${quoted(place)}`,
  ]
  const [[id, key] = []] = Object.entries(world.accessKeys ?? {})
  const mount = [
    ...aws,
    `AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=${key?.secretAccessKey}`,
    'scripts/with-node node src/main.ts mount FILE --dry-run',
  ]
  return [
    '# a provider against this emulator; its socket is aws.sock in that folder:',
    serve.join(' '),
    ...(id === undefined ? [] : ['# what a pod would see of the class in FILE:', mount.join(' ')]),
    '',
  ].join('\n')
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
