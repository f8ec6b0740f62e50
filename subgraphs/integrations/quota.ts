import { Field, Int, ObjectType, registerEnumType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { Lane } from '../../kit/account-client.ts'
import { quotaOf, readBook } from '../../kit/quota-book.ts'
import type { Integration } from '../../store/integrations.ts'
import type { Services } from '../context.ts'

export const QuotaLaneName = {
  PERSON: 'person',
  LIVE: 'live',
  BULK: 'bulk',
  BACKFILL: 'backfill',
} as const satisfies Record<string, Lane>
registerEnumType(QuotaLaneName, {
  name: 'QuotaLaneName',
  description: 'Who goes first when the quota is short, first to last.',
  valuesConfig: {
    PERSON: { description: 'What somebody waits for.' },
    LIVE: { description: 'What keeps the mirror up to date.' },
    BULK: { description: 'What somebody asked for many records.' },
    BACKFILL: { description: 'Reading history.' },
  },
})

@ObjectType('QuotaLane', { simpleResolvers: true, description: 'The calls of one lane, in all processes.' })
export class QuotaLane {
  @Field(() => QuotaLaneName)
  readonly lane!: Lane

  @Field(() => Int, { description: 'Under way, or set aside for the next moment.' })
  readonly taken!: number

  @Field(() => Int, { description: 'That wait for their turn.' })
  readonly waiting!: number
}

@ObjectType('IntegrationQuota', {
  simpleResolvers: true,
  description: 'How many calls an account may make at its provider, as the provider tells and as we count.',
})
export class IntegrationQuota {
  @Field(() => Int, { description: 'Of one window.' })
  readonly limit!: number

  @Field(() => Int, { description: 'Of it, what nobody has used or taken; an estimate where the provider tells none.' })
  readonly remaining!: number

  @Field(() => GraphQLDateTimeISO, {
    nullable: true,
    description: 'When the window ends; null while that is not known.',
  })
  readonly resetAt!: Date | null

  @Field(() => Int, { description: 'How long a window is, in milliseconds.' })
  readonly windowMs!: number

  @Field(() => GraphQLDateTimeISO, {
    nullable: true,
    description: 'Until when nobody calls, since the provider refused a call; null while it refuses none.',
  })
  readonly pausedUntil!: Date | null

  @Field(() => [QuotaLane])
  readonly lanes!: readonly QuotaLane[]

  @Field(() => GraphQLDateTimeISO, { description: 'When a process last told of it.' })
  readonly asOf!: Date
}

/** How the quota of an integration stands; null while nothing is known of it. */
export async function integrationQuota(
  { store, connectors }: Services,
  { id, provider }: Integration,
): Promise<IntegrationQuota | null> {
  const api = connectors.get(provider)?.api
  if (api === undefined) return null
  const { state, asOf, now } = await store.quotas.read(id)
  const told = quotaOf(readBook(state), api.defaultQuota.windowMs, now.getTime())
  return told === null || asOf === null ? null : { ...told, asOf }
}
