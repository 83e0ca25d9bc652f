import { installMoto, skipWithoutPython } from '../moto/moto-server.ts'

/** Fetches moto while there is a network: the cluster has none. Ends with 75 where Python is missing. */
if (skipWithoutPython === false) installMoto()
else process.exitCode = 75
