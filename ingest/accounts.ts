import type { AccountClient, Lane } from '../kit/account-client.ts'

/** Opens the way to the account of an integration: its address, its credential, its share of the quota. */
export interface Accounts {
  /** @throws CredentialError there is no credential that can be used */
  open(integrationId: string, lane: Lane): Promise<AccountClient>
}
