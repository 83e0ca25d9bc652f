import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fault } from '../errors/provider-error.ts'

/**
 * Reads PEM files of certificates to trust, the text of each whole.
 *
 * @throws {ProviderError} SETTING_INVALID for one that cannot be read, or holds no certificate, or one that is none:
 *   OpenSSL passes over it in silence.
 */
export function readCaFiles(files: readonly string[]): readonly string[] {
  return files.map((file) => {
    let text: string
    try {
      text = readFileSync(file, 'utf8')
    } catch (cause) {
      throw unusable(file, (cause as NodeJS.ErrnoException).code ?? 'unreadable', cause)
    }
    const certificates = certificatesIn(text)
    if (certificates.length === 0) throw unusable(file, 'it holds no certificate')
    for (const [at, pem] of certificates.entries()) {
      try {
        new X509Certificate(pem)
      } catch (cause) {
        throw unusable(file, `its certificate ${at + 1} of ${certificates.length} cannot be read`, cause)
      }
    }
    return text
  })
}

/** Each certificate of a PEM text, what stands between them left out. */
function certificatesIn(text: string): readonly string[] {
  const found: string[] = []
  // Each piece after the first begins inside a certificate; by hand, since a pattern for it all is not linear.
  for (const piece of text.split(/(?=-----BEGIN (?:TRUSTED )?CERTIFICATE-----)/)) {
    const end = /-----END (?:TRUSTED )?CERTIFICATE-----/.exec(piece)
    if (end !== null && piece.startsWith('-----BEGIN ')) found.push(piece.slice(0, end.index + end[0].length))
  }
  return found
}

function unusable(file: string, reason: string, cause?: unknown) {
  const details = {
    setting: 'the CA bundle',
    received: `${file} (${reason})`,
    expected: 'a readable PEM file of certificates',
  }
  return fault('SETTING_INVALID', details, { cause })
}
