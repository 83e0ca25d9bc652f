export const filesErrors = {}
