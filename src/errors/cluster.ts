export const clusterErrors = {}
