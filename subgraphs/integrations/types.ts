import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { Node } from '../interfaces/node.ts'
import { connectionOf } from '../interfaces/page.ts'
import { Provider } from '../interfaces/provider.ts'
import { IntegrationQuota } from './quota.ts'
import { IntegrationWebhook } from './webhook.ts'

export const IntegrationStatus = {
  ACTIVE: 'ACTIVE',
  NEEDS_RECONNECT: 'NEEDS_RECONNECT',
  DISCONNECTED: 'DISCONNECTED',
} as const
registerEnumType(IntegrationStatus, {
  name: 'IntegrationStatus',
  description: 'Whether an integration works.',
  valuesConfig: {
    ACTIVE: { description: 'Its credential is good, and it is kept up to date.' },
    NEEDS_RECONNECT: {
      description: 'The provider refuses its credential: a person has to connect it again. Nothing is lost.',
    },
    DISCONNECTED: { description: 'A person ended it.' },
  },
})

export const SyncState = { RUNNING: 'RUNNING', DONE: 'DONE', FAILED: 'FAILED', STOPPED: 'STOPPED' } as const
registerEnumType(SyncState, {
  name: 'SyncState',
  description: 'How a run of a stream goes, or how it ended.',
  valuesConfig: {
    RUNNING: { description: 'Reading.' },
    DONE: { description: 'Up to date as of its end.' },
    FAILED: { description: 'Ended by a fault; the next run goes on from the last stored page.' },
    STOPPED: { description: 'Ended before its end by us; the next run goes on from the last stored page.' },
  },
})

@ObjectType('StreamProgress', {
  simpleResolvers: true,
  description: 'How one kind of list stands with the provider’s.',
})
export class StreamProgress {
  @Field(() => String)
  readonly stream!: string

  @Field(() => SyncState, { nullable: true, description: 'Of the newest run; null when there was none yet.' })
  readonly state!: string | null

  @Field(() => Boolean, { nullable: true, description: 'Whether the newest run reads all of history.' })
  readonly full!: boolean | null

  @Field(() => Int, { description: 'Records that the newest run has read.' })
  readonly read!: number

  @Field(() => Int, { description: 'Records that the newest run found new or changed.' })
  readonly changed!: number

  @Field(() => Int, {
    nullable: true,
    description: 'Records that the provider says the run holds; null when it does not say.',
  })
  readonly total!: number | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly startedAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly finishedAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When the stream was last read to its end.' })
  readonly completedAt!: Date | null

  @Field(() => String, { nullable: true, description: 'What ended the newest run.' })
  readonly error!: string | null
}

@Directive('@key(fields: "id")')
@ObjectType('Integration', {
  implements: Node,
  simpleResolvers: true,
  description: 'One account at one provider, connected.',
})
export class Integration {
  @Field(() => ID)
  readonly id!: string

  @Field(() => Provider)
  readonly provider!: string

  @Field(() => String)
  readonly name!: string

  @Field(() => String, { nullable: true, description: 'The provider’s own id of the account.' })
  readonly accountId!: string | null

  @Field(() => String, { nullable: true })
  readonly accountName!: string | null

  @Field(() => String, { nullable: true })
  readonly region!: string | null

  @Field(() => IntegrationStatus)
  readonly status!: string

  @Field(() => String, { nullable: true, description: 'Why it is not ACTIVE.' })
  readonly statusReason!: string | null

  @Field(() => GraphQLDateTimeISO)
  readonly createdAt!: Date

  @Field(() => GraphQLDateTimeISO)
  readonly updatedAt!: Date

  @Field(() => String, {
    nullable: true,
    description:
      'Where the provider’s webhooks are to be sent, of all accounts; null where it has an address of its own: `webhook`.',
  })
  readonly webhookUrl!: string | null

  @Field(() => IntegrationWebhook, {
    nullable: true,
    description: 'How the provider pushes to its own address; null where it pushes to one of all accounts.',
  })
  readonly webhook!: IntegrationWebhook | null

  @Field(() => IntegrationQuota, {
    nullable: true,
    description: 'How many calls the account may make, of all that ask through us; null until it was asked something.',
  })
  readonly quota!: IntegrationQuota | null

  @Field(() => [StreamProgress], { description: 'How far each kind of list has been read.' })
  readonly streams!: readonly StreamProgress[]

  @Field(() => Boolean, { description: 'Whether anything is being read now.' })
  readonly syncing!: boolean

  @Field(() => GraphQLDateTimeISO, {
    nullable: true,
    description: 'Everything was read to its end after this time; null before the first sync is over.',
  })
  readonly syncedAt!: Date | null
}

/** Pages of integrations. */
export const integrationPages = connectionOf('Integration', () => Integration)
