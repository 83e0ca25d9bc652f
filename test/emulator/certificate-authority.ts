import type { KeyObject } from 'node:crypto'
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import { isIP } from 'node:net'
import type { SecureContext } from 'node:tls'
import { createSecureContext } from 'node:tls'
import { der, derBits, derBoolean, derContext, derIdentifier, derSequence, derTime, tag } from './der.ts'

export interface CertificateAuthority {
  /** Its own certificate, PEM: what clients must trust. */
  readonly certificate: string
  /** Certificate and private key, PEM: enough to be the same authority again. */
  readonly pem: string
  /** A TLS context with a certificate for these names and addresses, made once for each list. */
  contextFor(names: readonly string[]): SecureContext
  /** The same as options of a TLS server. */
  serverCredentials(names: readonly string[]): ServerCredentials
}

export interface ServerCredentials {
  readonly cert: string
  readonly key: string
}

const oid = {
  ecPublicKeyWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
  subjectAlternativeName: '2.5.29.17',
} as const
const day = 86_400_000
/** One certificate for each host name asked for: a client that asks for ever new ones must not fill memory. */
const maximumContexts = 1000

/**
 * Makes an ECDSA P-256 certificate authority without openssl, or the one whose `pem` is given again.
 * All its leaf certificates share one key: making a key a host would cost more than the signature.
 */
export function createCertificateAuthority(commonName: string, pem?: string): CertificateAuthority {
  const key =
    pem === undefined ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : createPrivateKey(pem)
  const name =
    pem === undefined ? commonName : (new X509Certificate(pem).subject.match(/CN=(.*)/)?.[1] ?? commonName)
  const certificate = pem === undefined ? selfSigned(name, key) : new X509Certificate(pem).toString()
  const leafKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const leafKeyPem = leafKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const contexts = new Map<string, SecureContext>()

  function serverCredentials(names: readonly string[]): ServerCredentials {
    const leaf = certificateOf({
      subject: names[0] ?? '',
      issuer: name,
      publicKeyOf: leafKey,
      signWith: key,
      names,
    })
    return { cert: leaf + certificate, key: leafKeyPem }
  }

  return {
    serverCredentials,
    certificate,
    pem: `${certificate.trimEnd()}\n${key.export({ type: 'pkcs8', format: 'pem' })}`,
    contextFor(names) {
      const wanted = names.join(' ')
      const known = contexts.get(wanted)
      if (known !== undefined) {
        return known
      }
      if (contexts.size >= maximumContexts) {
        contexts.clear()
      }
      const context = createSecureContext(serverCredentials(names))
      contexts.set(wanted, context)
      return context
    },
  }
}

function selfSigned(name: string, key: KeyObject): string {
  return certificateOf({ subject: name, issuer: name, publicKeyOf: key, signWith: key, names: undefined })
}

interface Wanted {
  readonly subject: string
  readonly issuer: string
  readonly publicKeyOf: KeyObject
  readonly signWith: KeyObject
  /** Names and addresses of a server, or undefined for an authority. */
  readonly names: readonly string[] | undefined
}

/** One X.509 v3 certificate, PEM (RFC 5280, section 4.1). */
function certificateOf(wanted: Wanted): string {
  const algorithm = derSequence(derIdentifier(oid.ecPublicKeyWithSha256))
  const serial = Buffer.from(randomBytes(16))
  serial[0] = 1 + ((serial[0] ?? 0) & 63)
  const extensions =
    wanted.names === undefined
      ? [
          extension(oid.basicConstraints, true, derSequence(derBoolean(true))),
          extension(oid.keyUsage, true, derBits(Buffer.from([0b0000_0110]), 1)),
        ]
      : [
          extension(oid.keyUsage, true, derBits(Buffer.from([0b1000_0000]), 7)),
          extension(oid.extendedKeyUsage, false, derSequence(derIdentifier(oid.serverAuthentication))),
          extension(oid.subjectAlternativeName, true, derSequence(...wanted.names.map(alternativeName))),
        ]
  const body = derSequence(
    derContext(0, der(tag.integer, Buffer.from([2]))),
    der(tag.integer, serial),
    algorithm,
    distinguishedName(wanted.issuer),
    derSequence(derTime(new Date(Date.now() - 30 * day)), derTime(new Date(Date.now() + 365 * day))),
    distinguishedName(wanted.subject),
    createPublicKey(wanted.publicKeyOf.export({ type: 'pkcs8', format: 'pem' })).export({
      type: 'spki',
      format: 'der',
    }),
    derContext(3, derSequence(...extensions)),
  )
  const signed = derSequence(body, algorithm, derBits(sign('sha256', body, wanted.signWith)))
  const lines = signed.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** A common name holds 64 characters at most; host names that are longer count through the alternative name. */
function distinguishedName(commonName: string): Buffer {
  const name = der(tag.utf8String, Buffer.from(commonName.slice(0, 64)))
  return derSequence(der(tag.set, derSequence(derIdentifier(oid.commonName), name)))
}

function extension(identifier: string, critical: boolean, value: Buffer): Buffer {
  return derSequence(
    derIdentifier(identifier),
    ...(critical ? [derBoolean(true)] : []),
    der(tag.octetString, value),
  )
}

function alternativeName(name: string): Buffer {
  return isIP(name) === 0 ? der(0x82, Buffer.from(name)) : der(0x87, addressBytes(name))
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) {
    return Buffer.from(address.split('.').map(Number))
  }
  const [head = '', tail] = address.split('::')
  const groups = (text: string): string[] => text.split(':').filter((group) => group !== '')
  const before = groups(head)
  const after = groups(tail ?? '')
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  const all = tail === undefined ? before : [...before, ...zeros, ...after]
  return Buffer.concat(all.map((group) => Buffer.from(group.padStart(4, '0'), 'hex')))
}
