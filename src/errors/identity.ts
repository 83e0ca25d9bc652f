export const identityErrors = {}
