import { readFileSync } from 'node:fs'
import { fault } from '../errors/provider-error.ts'

/** Reads PEM files of certificates to trust. Throws SETTING_INVALID for one that cannot be read. */
export function readCaFiles(files: readonly string[]): readonly string[] {
  return files.map((file) => {
    try {
      return readFileSync(file, 'utf8')
    } catch (cause) {
      const received = `${file} (${(cause as NodeJS.ErrnoException).code})`
      const details = { setting: 'the CA bundle', received, expected: 'a readable PEM file' }
      throw fault('SETTING_INVALID', details, { cause })
    }
  })
}
