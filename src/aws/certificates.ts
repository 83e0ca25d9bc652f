import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fault } from '../errors/provider-error.ts'

const certificatePem = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g

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
    const certificates = text.match(certificatePem) ?? []
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

function unusable(file: string, reason: string, cause?: unknown) {
  const details = {
    setting: 'the CA bundle',
    received: `${file} (${reason})`,
    expected: 'a readable PEM file of certificates',
  }
  return fault('SETTING_INVALID', details, { cause })
}
