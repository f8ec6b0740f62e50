import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A provider's description, and whether it is at hand. */
export function contractOf(provider: string) {
  const url = new URL(`../../../shared/contracts/${provider}.openapi.json`, import.meta.url)
  const contractPath = fileURLToPath(url)
  return { contractPath, hasContract: existsSync(contractPath) }
}
