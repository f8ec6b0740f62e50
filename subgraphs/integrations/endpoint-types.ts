import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { EndpointState as StoredState, Outcome } from '../../store/outgoing/endpoints.ts'
import { EVENT_TYPES } from '../../store/outgoing/message.ts'
import { connectionOf } from '../interfaces/page.ts'

export const WebhookEndpointState = {
  ACTIVE: 'ACTIVE',
  DISABLED: 'DISABLED',
} as const satisfies Record<StoredState, StoredState>
registerEnumType(WebhookEndpointState, {
  name: 'WebhookEndpointState',
  description: 'Whether an endpoint is sent to.',
  valuesConfig: {
    DISABLED: { description: 'Nothing is sent. Made ACTIVE again, it goes on behind the last event it was told of.' },
  },
})

export const WebhookOutcome = {
  DELIVERED: 'DELIVERED',
  GONE: 'GONE',
  REFUSED: 'REFUSED',
  REDIRECTED: 'REDIRECTED',
  TIMEOUT: 'TIMEOUT',
  UNREACHABLE: 'UNREACHABLE',
  ADDRESS_REFUSED: 'ADDRESS_REFUSED',
} as const satisfies Record<Outcome, Outcome>
registerEnumType(WebhookOutcome, {
  name: 'WebhookOutcome',
  description: 'How a try to hand an event to an endpoint went.',
  valuesConfig: {
    DELIVERED: { description: 'It answered 2xx.' },
    GONE: { description: 'It answered 410: it was disabled.' },
    REFUSED: { description: 'It answered another status.' },
    REDIRECTED: { description: 'It answered 3xx, which is not followed: the endpoint has to have the new address.' },
    TIMEOUT: { description: 'It did not answer in time.' },
    UNREACHABLE: { description: 'There was no connection, no TLS, or no whole answer.' },
    ADDRESS_REFUSED: { description: 'Its name leads to an address that is not public, or it needs https://.' },
  },
})

@ObjectType('WebhookAttempt', {
  simpleResolvers: true,
  description: 'One try to hand an event to an endpoint.',
})
export class WebhookAttempt {
  @Field(() => ID)
  readonly id!: string

  @Field(() => String, { description: 'The `webhook-id`: the same at every try of one event.' })
  readonly webhookId!: string

  @Field(() => String, { description: '`ticket.updated`, …' })
  readonly eventType!: string

  @Field(() => Int, { description: 'Which try of the event it was, from 1 on.' })
  readonly try!: number

  @Field(() => GraphQLDateTimeISO)
  readonly at!: Date

  @Field(() => Int)
  readonly durationMs!: number

  @Field(() => WebhookOutcome)
  readonly outcome!: Outcome

  @Field(() => Int, { nullable: true, description: 'The status that it answered; null when it did not.' })
  readonly status!: number | null
}

/** Pages of tries. */
export const attemptPages = connectionOf('WebhookAttempt', () => WebhookAttempt)

@ObjectType('WebhookEndpoint', {
  simpleResolvers: true,
  description: 'An address of a system of your own that is told of what happens, by the Standard Webhooks rules.',
})
export class WebhookEndpoint {
  @Field(() => ID)
  readonly id!: string

  @Field(() => String)
  readonly url!: string

  @Field(() => String)
  readonly description!: string

  @Field(() => [String], {
    description: `What it is told of; empty for everything. Of: ${EVENT_TYPES.join(', ')}.`,
  })
  readonly eventTypes!: readonly string[]

  @Field(() => Boolean, { description: 'Whether it is told of history, too, that is read for the first time.' })
  readonly includeBackfill!: boolean

  @Field(() => WebhookEndpointState)
  readonly state!: StoredState

  @Field(() => String, { nullable: true, description: 'Why it is DISABLED; null when a person did that.' })
  readonly reason!: string | null

  @Field(() => GraphQLDateTimeISO, {
    nullable: true,
    description: 'When it last took an event, to the minute; null when it never did.',
  })
  readonly succeededAt!: Date | null

  @Field(() => GraphQLDateTimeISO)
  readonly createdAt!: Date

  @Field(() => GraphQLDateTimeISO)
  readonly updatedAt!: Date
}
