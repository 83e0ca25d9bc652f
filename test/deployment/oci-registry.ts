import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A registry on loopback that keeps what is pushed: as much of the protocol as helm uses. */
export interface OciRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string
  /** By `NAME@DIGEST` and `NAME:TAG`. */
  readonly manifests: ReadonlyMap<string, Buffer>
  close(): Promise<void>
}

/** Starts it. Source: OCI distribution specification 1.1. */
export async function startOciRegistry(): Promise<OciRegistry> {
  const blobs = new Map<string, Buffer>()
  const manifests = new Map<string, Buffer>()
  const server = createServer((request, response) => {
    answer(request, response, blobs, manifests).catch(() => response.writeHead(500).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { host: `127.0.0.1:${port}`, manifests, close }
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json'

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  blobs: Map<string, Buffer>,
  manifests: Map<string, Buffer>,
): Promise<void> {
  const body = Buffer.concat(await request.toArray())
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://registry.test')
  const [, name = '', kind = '', reference = ''] =
    /^\/v2\/(.+)\/(blobs|manifests)\/(.*)$/.exec(pathname) ?? []
  const give = (content: Buffer | undefined, type: string) => {
    if (content === undefined) return response.writeHead(404).end()
    const head = {
      'content-type': type,
      'content-length': content.length,
      'docker-content-digest': digest(content),
    }
    return response.writeHead(200, head).end(request.method === 'HEAD' ? undefined : content)
  }
  if (pathname === '/v2/') {
    response.writeHead(200).end()
  } else if (kind === 'blobs' && request.method === 'POST') {
    response.writeHead(202, { location: `/v2/${name}/blobs/uploads/1` }).end()
  } else if (kind === 'blobs' && request.method === 'PUT') {
    const wanted = searchParams.get('digest') ?? ''
    if (digest(body) === wanted) blobs.set(wanted, body)
    response.writeHead(digest(body) === wanted ? 201 : 400, { location: `/v2/${name}/blobs/${wanted}` }).end()
  } else if (kind === 'blobs') {
    give(blobs.get(reference), 'application/octet-stream')
  } else if (kind === 'manifests' && request.method === 'PUT') {
    manifests.set(`${name}:${reference}`, body).set(`${name}@${digest(body)}`, body)
    const head = { location: `/v2/${name}/manifests/${reference}`, 'docker-content-digest': digest(body) }
    response.writeHead(201, head).end()
  } else if (kind === 'manifests') {
    give(manifests.get(`${name}:${reference}`) ?? manifests.get(`${name}@${reference}`), manifestType)
  } else {
    response.writeHead(404).end()
  }
}

function digest(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}
