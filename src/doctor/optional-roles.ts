/** Roles that the installer leaves to the operator's choice; the files lie in deployment/optional. */
export const doctorRole =
  'not looked at, since the installer does not allow it: kubectl apply -f deployment/optional/doctor.yaml does (role csi-secrets-store-provider-aws-doctor)'

/** Where the right to create tokens is to be had. */
export const tokenRole =
  'deployment/optional/token-request.yaml (role csi-secrets-store-provider-aws-token-request)'
