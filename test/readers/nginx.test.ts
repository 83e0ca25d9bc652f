import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import { createCertificateAuthority } from '../emulator/certificate-authority.ts'
import { skipWithout } from '../harness/cached-tool.ts'
import { freePort } from '../harness/free-port.ts'
import { createVolume, type Volume } from './volume.ts'

const { NGINX_PROGRAM = 'nginx' } = process.env
const skip = skipWithout('nginx', 'sh', ['-c', `command -v ${NGINX_PROGRAM}`])

describe('nginx with a certificate in a volume', { skip }, () => {
  let volume: Volume
  let nginx: ChildProcess
  const ports = { fixed: 0, variable: 0 }

  before(async () => {
    volume = createVolume()
    await volume.write(certificate('first'))
    ports.fixed = await freePort()
    ports.variable = await freePort()
    const logs = join(volume.scratch, 'logs')
    mkdirSync(logs)
    const server = (port: number, folder: string) => `server {
      listen 127.0.0.1:${port} ssl;
      ssl_certificate ${folder}/tls.crt;
      ssl_certificate_key ${folder}/tls.key;
      return 204;
    }`
    const configuration = join(volume.scratch, 'nginx.conf')
    writeFileSync(
      configuration,
      `${process.getuid?.() === 0 ? 'user root;' : ''}
      daemon off; worker_processes 1; error_log ${logs}/error.log; pid ${logs}/pid;
      events {}
      http { access_log off; map $ssl_server_name $volume { default ${volume.path}; } ssl_session_cache off; ssl_session_tickets off;
        client_body_temp_path ${logs}; proxy_temp_path ${logs}; fastcgi_temp_path ${logs}; uwsgi_temp_path ${logs}; scgi_temp_path ${logs};
        ${server(ports.fixed, volume.path)} ${server(ports.variable, '$volume')} }`,
    )
    nginx = spawn(NGINX_PROGRAM, ['-c', configuration, '-e', join(logs, 'error.log')], { stdio: 'inherit' })
    await until(async () => (await served(ports.fixed)) === 'first')
  })
  after(async () => {
    const end = new Promise((resolve) => nginx?.once('close', resolve))
    nginx?.kill('SIGTERM')
    await end
    volume?.remove()
  })

  test('serves the new one at once where its path has a variable, and the old one elsewhere until a reload', async () => {
    await volume.write(certificate('second'))
    assert.equal(await served(ports.variable), 'second')
    assert.equal(await served(ports.fixed), 'first')
    nginx.kill('SIGHUP')
    await until(async () => (await served(ports.fixed)) === 'second')
  })
})

function certificate(name: string): Record<string, string> {
  const { cert, key } = createCertificateAuthority('readers').serverCredentials([`${name}.test`])
  return { 'tls.crt': `${cert}`, 'tls.key': `${key}` }
}

/** The first name of the certificate that a new connection gets; undefined while nothing listens. */
function served(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(/DNS:(\w+)\.test/.exec(socket.getPeerCertificate().subjectaltname ?? '')?.[1])
      socket.destroy()
    })
    socket.on('error', () => resolve(undefined))
  })
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const begun = performance.now()
  while (!(await holds())) {
    if (performance.now() - begun > 20_000) throw new Error('nginx does not come to it within 20 s')
    await sleep(50)
  }
}
