/** Roles that the installer leaves to the operator's choice; the files lie in deployment/optional. */
export const doctorRole =
  'kubectl apply -f deployment/optional/doctor.yaml allows it (role csi-secrets-store-provider-aws-doctor); the installer leaves that to you'

/** Where the right to create tokens is to be had. */
export const tokenRole =
  'deployment/optional/token-request.yaml (role csi-secrets-store-provider-aws-token-request)'
