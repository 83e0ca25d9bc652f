/** The release this source belongs to; a test holds it against package.json. */
export const version = '1.0.0'

/** What the driver and AWS know us by; also the name of the executable. */
export const providerName = 'secrets-store-csi-driver-provider-aws'
