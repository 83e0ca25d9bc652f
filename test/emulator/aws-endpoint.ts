import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { Socket } from 'node:net'
import { awsJsonRefusal, awsQueryRefusal, Refusal } from './answer.ts'
import type { CertificateAuthority } from './certificate-authority.ts'
import { serverNameOf } from './client-hello.ts'
import type { Connection, Connections } from './connections.ts'
import type { AwsService, EndpointName } from './endpoint-name.ts'
import { readEndpointName } from './endpoint-name.ts'
import type { Reading } from './http-exchange.ts'
import { createExchange, faultMessage } from './http-exchange.ts'
import { connectionDelay } from './latency.ts'
import { answerParameterStore, parameterNames } from './parameter-store.ts'
import { answerSecretsManager, secretNames } from './secrets-manager.ts'
import { answerTokenService, asQueryCode } from './security-token-service.ts'
import type { Caller } from './sessions.ts'
import { readAuthorization } from './signature.ts'
import type { Stage } from './stage.ts'

export interface AwsEndpoint {
  /** Serves a connection that was accepted without a word said yet: waits for the TLS hello. */
  accept(connection: Connection): void
  /** Serves a connection whose host (of CONNECT) and latency are dealt with already. */
  serve(connection: Connection): void
  close(): void
}

/** All AWS services behind TLS; `extraNames` are further names and addresses in the certificate without SNI. */
export function createAwsEndpoint(
  stage: Stage,
  connections: Connections,
  authority: CertificateAuthority,
  extraNames: readonly string[],
  keyExchange: string | undefined,
): AwsEndpoint {
  const plainNames = [...new Set(['localhost', '127.0.0.1', '::1', ...extraNames])]
  const server = createServer(
    {
      keepAliveTimeout: 60_000,
      requestTimeout: 0,
      ALPNProtocols: ['http/1.1'],
      ...(keyExchange === undefined ? {} : { ecdhCurve: keyExchange }),
      SNICallback: (name, done) =>
        done(null, authority.contextFor(readEndpointName(name) ? [name] : plainNames)),
      ...authority.serverCredentials(plainNames),
    },
    createExchange(stage, connections, (request, body, connection) =>
      readAwsRequest(stage, request, body, connection),
    ),
  )
  server.on('secureConnection', (socket) => {
    stage.calls.countConnection('handshake')
    if (socket.isSessionReused()) {
      stage.calls.countConnection('resumed')
    }
  })

  function handshake(connection: Connection): void {
    server.emit('connection', connection.raw)
  }

  return {
    serve: handshake,
    accept(connection) {
      waitForHello(connection.raw, (host) => {
        connection.host = host
        const endpoint = readEndpointName(host)
        connection.region = endpoint?.region ?? ''
        const fault = endpoint && stage.faults.takeForConnection(endpoint)
        const wait = (next: () => void): void =>
          afterDelay(connectionDelay(stage.latency(), connection.region), next)
        switch (fault?.effect.do) {
          case 'refuse':
            connection.raw.resetAndDestroy()
            return
          case 'black-hole':
          case 'hang-tls':
            return
          case 'hang-after-tls':
            connection.silent = true
            wait(() => handshake(connection))
            return
          default:
            wait(() => handshake(connection))
        }
      })
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Runs after so many milliseconds, at once for 0. */
export function afterDelay(milliseconds: number, next: () => void): void {
  if (milliseconds > 0) {
    setTimeout(next, milliseconds)
  } else {
    next()
  }
}

function waitForHello(raw: Socket, found: (host: string) => void): void {
  let seen = Buffer.alloc(0)
  const look = (chunk: Buffer): void => {
    seen = Buffer.concat([seen, chunk])
    const host = serverNameOf(seen)
    if (host !== undefined) {
      raw.off('data', look)
      raw.pause()
      raw.unshift(seen)
      found(host)
    }
  }
  raw.on('data', look)
}

function readAwsRequest(
  stage: Stage,
  request: IncomingMessage,
  body: Buffer,
  connection: Connection | undefined,
): Reading {
  const host = request.headers.host ?? connection?.host ?? ''
  const target = request.headers['x-amz-target']
  const [targetService, targetOperation = ''] = typeof target === 'string' ? target.split('.') : []
  const endpoint =
    readEndpointName(host) ??
    readEndpointName(connection?.host ?? '') ??
    guessEndpoint(stage, request, targetService)
  const isQuery = endpoint.service === 'sts'
  const form = isQuery ? new URLSearchParams(body.toString()) : undefined
  const input = isQuery ? {} : parseInput(body)
  const operation = form?.get('Action') ?? targetOperation
  const { caller, problem } = identify(stage, request, body, endpoint, operation)
  const unsigned = operation === 'AssumeRoleWithWebIdentity'
  return {
    ...endpoint,
    operation,
    host,
    names: form ? [form.get('RoleArn') ?? ''] : namesIn(endpoint.service, input ?? {}),
    role: unsigned ? (form?.get('RoleArn') ?? undefined) : caller?.role,
    session: unsigned ? (form?.get('RoleSessionName') ?? undefined) : caller?.sessionName,
    refusal: isQuery ? awsQueryRefusal : awsJsonRefusal,
    answer() {
      const index = stage.index()
      const who = (): Caller => {
        if (caller === undefined) {
          throw problem ?? new Refusal('MissingAuthenticationTokenException', 'Missing Authentication Token')
        }
        return caller
      }
      if (form !== undefined) {
        const { sessions, tokenKey } = stage
        const signer = (): Caller => {
          try {
            return who()
          } catch (error) {
            throw error instanceof Refusal ? asQueryCode(error) : error
          }
        }
        return answerTokenService({
          form,
          region: endpoint.region,
          index,
          sessions,
          tokenKey,
          now: stage.now(),
          caller: signer,
        })
      }
      const signer = who()
      if (targetService !== targetPrefix[endpoint.service] || input === undefined) {
        throw new Refusal(input === undefined ? 'SerializationException' : 'UnknownOperationException', '')
      }
      const region = index.regionOf(signer.principal, endpoint.region)
      if (region === undefined) {
        throw new Refusal(
          'UnrecognizedClientException',
          'The security token included in the request is invalid.',
        )
      }
      const faultOf = (of: string, name: string): Refusal | undefined => {
        const subject = { ...endpoint, operation: of, names: [name], role: signer.role }
        const { code, message, status } = stage.faults.takeForEntry(subject) ?? {}
        return code === undefined ? undefined : new Refusal(code, message ?? faultMessage, status)
      }
      const asked = { operation, input, region, caller: signer, index, faultOf, edit: stage.edit }
      return endpoint.service === 'ssm' ? answerParameterStore(asked) : answerSecretsManager(asked)
    },
  }
}

const targetPrefix: Readonly<Record<AwsService, string>> = {
  secretsmanager: 'secretsmanager',
  ssm: 'AmazonSSM',
  sts: '',
}

function namesIn(service: AwsService, input: Readonly<Record<string, unknown>>): string[] {
  return service === 'ssm' ? parameterNames(input) : secretNames(input)
}

/** For a client that was given an endpoint of its own (an address): the signature's scope says what it means. */
function guessEndpoint(
  stage: Stage,
  request: IncomingMessage,
  targetService: string | undefined,
): EndpointName {
  const scope = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? '')
  const service =
    targetService === 'AmazonSSM' ? 'ssm' : targetService === 'secretsmanager' ? 'secretsmanager' : 'sts'
  return { service, region: scope?.[1] ?? stage.index().regions.keys().next().value ?? 'us-east-1' }
}

function parseInput(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const input: unknown = JSON.parse(body.toString())
    return typeof input === 'object' && input !== null && !Array.isArray(input)
      ? (input as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined // Not JSON: answered with SerializationException.
  }
}

const anyone: Caller = { principal: 'anonymous', role: undefined, sessionName: undefined }

/** Who asks. With checks off an unknown key may do everything, and nothing but the key id is looked at. */
function identify(
  stage: Stage,
  request: IncomingMessage,
  body: Buffer,
  endpoint: EndpointName,
  operation: string,
): { readonly caller?: Caller; readonly problem?: Refusal } {
  if (operation === 'AssumeRoleWithWebIdentity') {
    return {}
  }
  try {
    if (!stage.verifySignatures) {
      const [accessKeyId = ''] = readAuthorization(request.headers.authorization).scope
      return { caller: stage.sessions.find(accessKeyId, stage.index()) ?? anyone }
    }
    const { method = 'POST', url = '/', headers } = request
    return { caller: stage.signatures.verify({ method, url, headers, body, ...endpoint }, stage.now()) }
  } catch (error) {
    if (error instanceof Refusal) {
      return { problem: error }
    }
    throw error
  }
}
