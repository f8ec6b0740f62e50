import { hash } from 'node:crypto'
import type { Database, Queryable } from './database.ts'
import { IntegrationNotFoundError } from './errors.ts'
import type { IntegrationStatus } from './integrations.ts'
import type { Json } from './kinds.ts'
import { toStorableJson } from './storable.ts'
import type { Vault } from './vault.ts'
import {
  currentSecrets,
  type KeptWebhook,
  makeWebhook,
  readWebhook,
  renewSecret,
  replaceSecret,
  TOKEN_SHAPE,
  writeWebhook,
} from './webhook-secrets.ts'

/**
 * How pushing to an integration's own address stands.
 *
 * `PENDING` is to be asked of the provider · `SUBSCRIBED` was · `BY_HAND` a person sets it up there · `FAILED` the
 * provider refused · `ENDED` the integration is disconnected.
 */
export type WebhookState = 'PENDING' | 'SUBSCRIBED' | 'BY_HAND' | 'FAILED' | 'ENDED'

/** An integration's own address, without what proves deliveries to it. */
export interface Webhook {
  readonly integrationId: string
  /** Ends the address. */
  readonly token: string
  readonly state: WebhookState
  /** Why it is `FAILED`, or still `PENDING`. */
  readonly reason: string | null
  /** The connector's note of what stands at the provider. */
  readonly made: Json | null
  /** Counts what was asked for: an outcome of an older wish is none of a newer. */
  readonly revision: number
  /** When the current secret was told to somebody. */
  readonly secretToldAt: Date | null
  readonly subscribedAt: Date | null
}

/** Whom a delivery is for that came to an address, and what proves it. */
export interface Addressee {
  readonly integrationId: string
  readonly provider: string
  readonly accountId: string | null
  readonly status: IntegrationStatus
  readonly secrets: readonly string[]
}

/** What came of asking the provider. */
export type SubscribingOutcome =
  | {
      readonly state: 'SUBSCRIBED'
      readonly made: Json
      /** The provider's choice; null when it took ours. */
      readonly secret: string | null
    }
  | { readonly state: 'FAILED'; readonly reason: string }

/** The addresses of integrations whose provider pushes to each by itself. Tokens are hashed and sealed, secrets sealed. */
export interface Webhooks {
  /**
   * Sees to it that an integration has an address, and that the provider is asked to push there, if it can be. The
   * address and the secret of one that had them stay.
   *
   * @throws IntegrationNotFoundError
   */
  ensure(
    integrationId: string,
    state: Extract<WebhookState, 'PENDING' | 'BY_HAND'>,
    saving?: { readonly within: Queryable },
  ): Promise<void>
  /** Null when it has none. */
  find(integrationId: string): Promise<Webhook | null>
  /** Whose address it is; null for nobody's. One indexed read. */
  byToken(token: string): Promise<Addressee | null>
  /** What to ask a provider for now; null when nothing is to be asked. */
  wanted(integrationId: string): Promise<(Webhook & { readonly secret: string }) | null>
  /** The ACTIVE integrations for which something is to be asked. */
  pending(): Promise<readonly string[]>
  /** Asks for it once more; one that is set up by hand, or ended, stays so. Answers whether it has to be asked. */
  ask(integrationId: string): Promise<boolean>
  /** The same with a new secret. The one before proves deliveries for another day. */
  renew(integrationId: string): Promise<boolean>
  /** Keeps what came of a wish. Answers false, and changes nothing, when another wish came after it. */
  settle(wish: Pick<Webhook, 'integrationId' | 'revision'>, outcome: SubscribingOutcome): Promise<boolean>
  /** Says why a wish was not fulfilled yet. */
  explain(wish: Pick<Webhook, 'integrationId' | 'revision'>, reason: string): Promise<void>
  /** Hands out the current secret, once, where a person may have to set it up; null when it was told before. */
  tellSecret(integrationId: string): Promise<string | null>
  /** Nothing is taken in at the address any more, until `ensure`. */
  end(integrationId: string): Promise<void>
}

interface Sealed {
  readonly workspaceId: string
  readonly integrationId: string
  readonly sealed: Buffer
}
type Row = Omit<Webhook, 'token'> & Sealed

const COLUMNS = `integration_id as "integrationId", workspace_id as "workspaceId", sealed, state, reason, made, revision,
  secret_told_at as "secretToldAt", subscribed_at as "subscribedAt"`

/** The webhooks of a database. */
export function openWebhooks(database: Database, vault: Vault, now: () => Date = () => new Date()): Webhooks {
  const { system } = database

  const seal = (kept: KeptWebhook, owner: Omit<Sealed, 'sealed'>): Buffer =>
    vault.seal(writeWebhook(kept), belongingOf(owner))
  const unseal = (row: Sealed): KeptWebhook => readWebhook(vault.open(row.sealed, belongingOf(row)))
  const open = async (row: Sealed): Promise<KeptWebhook> => {
    const kept = unseal(row)
    if (!vault.isCurrent(row.sealed)) {
      // Sealed with an older key: sealed anew, unless it was changed meanwhile.
      const values = [row.integrationId, row.sealed, seal(kept, row)]
      await system.query('update webhook set sealed = $3 where integration_id = $1 and sealed = $2', values)
    }
    return kept
  }
  const read = async (integrationId: string, condition = 'true'): Promise<(Webhook & { secret: string }) | null> => {
    const sql = `select ${COLUMNS} from webhook where integration_id = $1 and ${condition}`
    const [row] = await system.query<Row>(sql, [integrationId])
    if (row === undefined) return null
    const { token, secrets } = await open(row)
    const { workspaceId: _workspaceId, sealed: _sealed, ...rest } = row
    return { ...rest, token, secret: secrets[0].secret }
  }
  /** Changes what is sealed, alone with the row. */
  const change = (integrationId: string, work: (tx: Queryable, row: Row) => Promise<boolean>): Promise<boolean> =>
    database.transaction(null, async (tx) => {
      const sql = `select ${COLUMNS} from webhook where integration_id = $1 for update`
      const [row] = await tx.query<Row>(sql, [integrationId])
      return row === undefined ? false : work(tx, row)
    })
  const askAgain = async (tx: Queryable, integrationId: string): Promise<boolean> => {
    const asked = await tx.query(
      `update webhook set state = 'PENDING', reason = null, revision = revision + 1, updated_at = now()
       where integration_id = $1 and state not in ('BY_HAND', 'ENDED') returning 1`,
      [integrationId],
    )
    return asked.length > 0
  }

  return {
    async ensure(integrationId, state, { within } = { within: system }) {
      const [owner] = await within.query<{ workspaceId: string }>(
        `select workspace_id as "workspaceId" from integration where id = $1`,
        [integrationId],
      )
      if (owner === undefined) throw new IntegrationNotFoundError(integrationId)
      const made = makeWebhook()
      await within.query(
        `insert into webhook (integration_id, workspace_id, token_hash, sealed, state) values ($1, $2, $3, $4, $5)
         on conflict (integration_id) do update
           set state = excluded.state, reason = null, revision = webhook.revision + 1, updated_at = now()`,
        [integrationId, owner.workspaceId, hashOf(made.token), seal(made, { integrationId, ...owner }), state],
      )
    },
    async find(integrationId) {
      const found = await read(integrationId)
      if (found === null) return null
      const { secret: _secret, ...webhook } = found
      return webhook
    },
    async byToken(token) {
      if (!TOKEN_SHAPE.test(token)) return null
      const [row] = await system.query<Omit<Addressee, 'secrets'> & Sealed>(
        `select w.integration_id as "integrationId", w.workspace_id as "workspaceId", w.sealed, i.provider, i.status,
           i.account_id as "accountId"
         from webhook w join integration i on i.id = w.integration_id where w.token_hash = $1`,
        [hashOf(token)],
      )
      if (row === undefined) return null
      const { integrationId, provider, accountId, status } = row
      return { integrationId, provider, accountId, status, secrets: currentSecrets(await open(row), now()) }
    },
    wanted: (integrationId) => read(integrationId, `state = 'PENDING'`),
    async pending() {
      const rows = await system.query<{ id: string }>(
        `select w.integration_id as id from webhook w join integration i on i.id = w.integration_id
         where w.state = 'PENDING' and i.status = 'ACTIVE'`,
      )
      return rows.map(({ id }) => id)
    },
    ask: (integrationId) => askAgain(system, integrationId),
    renew: (integrationId) =>
      change(integrationId, async (tx, row) => {
        if (row.state === 'ENDED') return false
        await tx.query(
          'update webhook set sealed = $2, secret_told_at = null, updated_at = now() where integration_id = $1',
          [integrationId, seal(renewSecret(unseal(row), now()), row)],
        )
        return askAgain(tx, integrationId)
      }),
    settle: ({ integrationId, revision }, outcome) =>
      change(integrationId, async (tx, row) => {
        if (row.state !== 'PENDING' || row.revision !== revision) return false
        if (outcome.state === 'FAILED') {
          await tx.query(
            `update webhook set state = 'FAILED', reason = $2, updated_at = now() where integration_id = $1`,
            [integrationId, outcome.reason],
          )
          return true
        }
        const { made, secret } = outcome
        const kept = secret === null ? unseal(row) : replaceSecret(unseal(row), secret, now())
        await tx.query(
          `update webhook set state = 'SUBSCRIBED', reason = null, made = $2::jsonb, sealed = $3,
             subscribed_at = clock_timestamp(), updated_at = now() where integration_id = $1`,
          [integrationId, toStorableJson(made), seal(kept, row)],
        )
        return true
      }),
    async explain({ integrationId, revision }, reason) {
      await system.query(
        `update webhook set reason = $3, updated_at = now()
         where integration_id = $1 and revision = $2 and state = 'PENDING'`,
        [integrationId, revision, reason],
      )
    },
    async tellSecret(integrationId) {
      const [row] = await system.query<Sealed>(
        `update webhook set secret_told_at = clock_timestamp()
         where integration_id = $1 and secret_told_at is null and state in ('BY_HAND', 'FAILED')
         returning ${COLUMNS}`,
        [integrationId],
      )
      return row === undefined ? null : (await open(row)).secrets[0].secret
    },
    async end(integrationId) {
      await system.query(
        `update webhook set state = 'ENDED', reason = null, made = null, revision = revision + 1, updated_at = now()
         where integration_id = $1`,
        [integrationId],
      )
    },
  }
}

const hashOf = (token: string): Buffer => hash('sha256', token, 'buffer')

/** Another subject than the credential's, so that neither opens in the other's place. */
const belongingOf = ({ workspaceId, integrationId }: Omit<Sealed, 'sealed'>) => ({
  workspaceId,
  subject: `webhook ${integrationId}`,
})
