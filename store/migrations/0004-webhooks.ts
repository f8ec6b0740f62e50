import { Migration } from '@mikro-orm/migrations'

/** Where providers push to that push to each integration by itself, and what of it they pushed there. */
export class Webhooks extends Migration {
  override up(): void {
    // The address is found by the hash of its token; token and secrets themselves are in "sealed".
    this.addSql(`create table webhook (
      integration_id uuid primary key references integration on delete cascade,
      workspace_id uuid not null references workspace on delete cascade,
      token_hash bytea not null unique,
      sealed bytea not null,
      state text not null check (state in ('PENDING', 'SUBSCRIBED', 'BY_HAND', 'FAILED', 'ENDED')),
      reason text,
      made jsonb,
      revision integer not null default 1,
      secret_told_at timestamptz,
      subscribed_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`)
    this.addSql(`create index on webhook (integration_id) where state = 'PENDING'`)
    // No grant: hashes and sealed secrets are the engines' alone.
    this.addSql(`alter table webhook enable row level security`)
    this.addSql(`create policy own on webhook to switchboard_app
      using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
    this.alterDeliveries()
  }

  /** Each integration has its own deliveries, also of an account that others have connected, and of ids that they have. */
  private alterDeliveries(): void {
    // No foreign key: one would lock the integration's row for every delivery.
    this.addSql(`alter table delivery add column integration_id uuid`)
    this.addSql(`alter table delivery drop constraint delivery_provider_delivery_id_key`)
    this.addSql(`alter table delivery add constraint delivery_known
      unique nulls not distinct (provider, integration_id, delivery_id)`)
    this.addSql(`create index on delivery (integration_id, received_at desc) where integration_id is not null`)
    this.addSql(`drop policy own on delivery`)
    this.addSql(`create policy own on delivery to switchboard_app using (exists (
      select from integration i where i.workspace_id = app_workspace() and i.status <> 'DISCONNECTED'
        and case when delivery.integration_id is null
          then i.provider = delivery.provider and i.account_id = delivery.account_id
          else i.id = delivery.integration_id end))`)
  }
}
