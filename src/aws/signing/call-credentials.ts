import { LRUCache } from 'lru-cache'
import type { Sensitive } from '../../process/sensitive.ts'
import { createSigner, type Signer, type SignerSource } from './sign-request.ts'

/** As whom calls are made: of a role session, or of the person at the shell. */
export interface CallCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: Sensitive<string>
  readonly sessionToken?: Sensitive<string> | undefined
}

/** Regions come from the authors of pods: two services in two regions are what a class may use. */
const maxSigners = 8

/** Signs with these credentials alone; the signer of each service and region is made once, and goes with them. */
export function signersOf({ accessKeyId, secretAccessKey, sessionToken }: CallCredentials): SignerSource {
  const signers = new LRUCache<string, Signer>({ max: maxSigners })
  return (service, region) => {
    const key = `${service} ${region}`
    let signer = signers.get(key)
    if (signer === undefined) {
      const identity = {
        accessKeyId,
        secretAccessKey: secretAccessKey.reveal(),
        sessionToken: sessionToken?.reveal(),
      }
      signer = createSigner(identity, service, region)
      signers.set(key, signer)
    }
    return signer
  }
}
